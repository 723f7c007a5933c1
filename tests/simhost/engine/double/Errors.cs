// Copyright (c) 2026 winops.offline_files contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

// A double of System.Management for tests: the part of its API that the collection's C# uses, with the documented meaning, over
// the simulated WMI of tests/simhost (wire.py). It is built as System.Management.dll and is no part of the collection.
// This file: what is thrown.

using System.Reflection;
using System.Runtime.InteropServices;

// Code compiled against any real version must be content with this one.
[assembly: AssemblyVersion("99.0.0.0")]
[assembly: AssemblyDescription("Test double, not Microsoft's System.Management")]

namespace System.Management
{
    public enum ManagementStatus
    {
        NoError = 0,
        False = 1,
        Timedout = 0x40004,
        Failed = unchecked((int)0x80041001),
        NotFound = unchecked((int)0x80041002),
        MethodNotImplemented = unchecked((int)0x80041055),
        AccessDenied = unchecked((int)0x80041003),
        InvalidNamespace = unchecked((int)0x8004100E),
        InvalidClass = unchecked((int)0x80041010),
        InvalidQuery = unchecked((int)0x80041017),
        CallCanceled = unchecked((int)0x80041032),
    }

    public class ManagementException : SystemException
    {
        internal ManagementException(ManagementStatus code, string message) : base(message)
        {
            // As the real one: the HResult only says that it is a ManagementException; the cause is in ErrorCode.
            ErrorCode = code;
        }

        public ManagementStatus ErrorCode { get; }
    }

    internal static class Errors
    {
        // What System.Management makes of an HRESULT: 0x80041xxx is its own exception, the runtime has types for others.
        internal static Exception Make(uint code, string message, string kind)
        {
            switch (kind)
            {
                case "management":
                    return new ManagementException((ManagementStatus)(int)code, message);
                case "com":
                    return new COMException(message, (int)code);
                case "access":
                    return new UnauthorizedAccessException(message); // its HResult is 0x80070005, as is the code
                default:
                    return new InvalidOperationException("The simulated WMI did not understand the request: " + message);
            }
        }

        // What System.Management finds wrong by itself, or WMI says without words: it has the number only.
        internal static Exception Own(ManagementStatus code) =>
            new ManagementException(code, "Error code: 0x" + ((int)code).ToString("x8"));

        // What a client sees of a WMI service that went away.
        internal static Exception Gone() => Make(0x800706BE, "The remote procedure call failed.", "com");
    }
}
