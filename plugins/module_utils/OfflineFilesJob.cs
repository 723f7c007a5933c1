// Copyright (c) 2026 winops.offline_files contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

// Jobs, as docs/host_contract.md describes them. A part of OfflineFiles.cs, which names the assemblies.

using System;
using System.Collections;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Security.AccessControl;
using System.Security.Principal;
using System.Text;
using System.Threading;
using Ansible.Basic;
using Facts = System.Collections.Generic.Dictionary<string, object>;

namespace ansible_collections.winops.offline_files.plugins.module_utils.OfflineFilesJob {
    using OfflineFiles;
    public static class Job {
        private const int Head = 4096, Day = 24 * 60 * 60 * 1000, Ever = Timeout.Infinite;
        private const FileShare Shared = FileShare.ReadWrite | FileShare.Delete;
        private static readonly string Stem = Path.Combine(
            Environment.GetEnvironmentVariable("ProgramData") ?? Path.GetTempPath(), "winops.offline_files.");
        internal static readonly string Lock = Stem + "lock";

        // What the state tells of the request.
        internal static object Phase = "before", Rows;
        private static List<object> begins = new List<object>();
        private static int[] tally = new int[0];

        public static Facts Answer(IDictionary request, bool checkMode, string powershell) {
            string step = (string)request["job_step"], results = (string)request["results"], text = null, output = null;
            if (step == "") return Host.Answer(request, checkMode, powershell);
            string user = Environment.UserDomainName + "." + Environment.UserName;
            string file = Stem + request["job"] + "." + user + ".job";
            if (step == "run") Run(file, request, () => Host.Answer(request, checkMode, powershell));
            // A process that waits sees its journal empty, and ends. Somebody else's is left alone.
            Action empty = () => Open(file, FileMode.Truncate, Shared, FileOptions.None).Dispose();
            if (step == "drop" && File.Exists(file)) Host.Within(Ever, empty);
            if (step == "drop" && !IsOpen(file)) Host.Within(Ever, () => File.Delete(file));
            if (step == "drop" && results != "") File.Delete(results);
            if (File.Exists(file)) Host.Within(Ever, () => text = Read(file, Head, int.MaxValue));
            if (File.Exists(results)) output = Read(results, 0, int.MaxValue);
            return new Facts { { "jobs", List() }, { "locked", IsOpen(Lock) }, { "text", text }, { "output", output } };
        }

        internal static List<Facts> List() {
            string folder = Path.GetDirectoryName(Stem), pattern = Path.GetFileName(Stem) + "*.job";
            return Directory.GetFiles(folder, pattern).Select(file => {
                string state = null;
                bool own = true;
                Facts error = Host.Within(Ever, () => {
                    state = Read(file, 0, Head).Split('\0')[0];
                    Compare(file, ref own);
                });
                return new Facts { { "name", Path.GetFileName(file) }, { "own", own && error == null },
                    { "alive", IsOpen(file) }, { "state", state }, { "error", error } };
            }).ToList();
        }

        internal static void Count(string text) {
            for (int i = 0; i < tally.Length; i++)
                if (text.StartsWith((string)begins[i], StringComparison.Ordinal)) tally[i]++;
        }

        // Windows deletes both files when this process ends, however it does.
        private static void Run(string file, IDictionary request, Func<Facts> work) {
            string began = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ"), answer = "";
            Stopwatch clock = Stopwatch.StartNew();
            Facts error = null;
            begins = (List<object>)request["tally"];
            tally = new int[begins.Count];
            using (FileStream turn = Open(Lock, FileMode.OpenOrCreate, FileShare.None, FileOptions.DeleteOnClose))
            using (FileStream journal = Journal(file)) {
                Action note = () => { lock (clock) Put(journal, 0, Head, AnsibleModule.ToJson(new Facts {
                    { "about", request["about"] }, { "began", began }, { "ms", clock.ElapsedMilliseconds },
                    { "phase", Phase }, { "rows", Rows }, { "tally", tally },
                    { "answer", Encoding.UTF8.GetByteCount(answer) }, { "error", error } })); };
                note();
                using (new Timer(_ => note(), null, 1000, 1000))
                    answer = AnsibleModule.ToJson(work());
                // A full disk, say. There is room for the state, which is as long as it was.
                error = Host.Within(Ever, () => { lock (clock) Put(journal, Head, 0, answer); });
                if (error != null) answer = "";
                Phase = "ended";
                note();
                turn.Dispose();
                for (clock.Restart(); journal.Length > 0 && clock.ElapsedMilliseconds < Day;) Thread.Sleep(200);
            }
        }

        // Made with its security: for its owner, SYSTEM and administrators. (On UNIX only tests run.)
        private static FileStream Journal(string file) {
            if (!IsOpen(file)) File.Delete(file);
#if UNIX
            return Open(file, FileMode.CreateNew, Shared, FileOptions.DeleteOnClose);
#else
            FileSystemRights all = FileSystemRights.FullControl;
            FileSecurity security = new FileSecurity();
            security.SetSecurityDescriptorSddlForm(
                string.Format("O:{0}D:P(A;;FA;;;{0})(A;;FA;;;SY)(A;;FA;;;BA)", WindowsIdentity.GetCurrent().User));
#if CORECLR
            return new FileInfo(file).Create(FileMode.CreateNew, all, Shared, 1, FileOptions.DeleteOnClose, security);
#else
            return new FileStream(file, FileMode.CreateNew, all, Shared, 1, FileOptions.DeleteOnClose, security);
#endif
#endif
        }
        [Conditional("WINDOWS")]
        private static void Compare(string file, ref bool own) {
            own = new FileInfo(file).GetAccessControl().GetOwner(typeof(SecurityIdentifier))
                .Equals(WindowsIdentity.GetCurrent().User);
        }

        private static FileStream Open(string file, FileMode mode, FileShare share, FileOptions options) {
            return new FileStream(file, mode, FileAccess.ReadWrite, share, 1, options);
        }
        internal static bool IsOpen(string file) {
            Action open = () => new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.None).Dispose();
            return File.Exists(file) && Host.Within(Ever, open) != null;
        }
        private static void Put(FileStream stream, int place, int least, string text) {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            Array.Resize(ref bytes, Math.Max(least, bytes.Length));
            stream.Position = place;
            stream.Write(bytes, 0, bytes.Length);
        }
        private static string Read(string file, int place, int most) {
            using (var reader = new BinaryReader(new FileStream(file, FileMode.Open, FileAccess.Read, Shared))) {
                reader.BaseStream.Position = place;
                return Encoding.UTF8.GetString(reader.ReadBytes((int)Math.Min(most, reader.BaseStream.Length)));
            }
        }
    }
}
