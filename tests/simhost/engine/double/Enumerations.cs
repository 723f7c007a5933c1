// Copyright (c) 2026 winops.offline_files contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

// Queries and enumerations, and how their rows are fetched in blocks.

using System.Collections;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace System.Management
{
    public abstract class ManagementOptions
    {
        private TimeSpan timeout = TimeSpan.MaxValue;

        public TimeSpan Timeout
        {
            get => timeout;
            set => timeout = value < TimeSpan.Zero ? throw new ArgumentOutOfRangeException(nameof(value)) : value;
        }
    }

    public class InvokeMethodOptions : ManagementOptions { }

    public class EnumerationOptions : ManagementOptions
    {
        private int blockSize = 1;

        public bool ReturnImmediately { get; set; } = true;
        public bool Rewindable { get; set; } = true;

        public int BlockSize
        {
            get => blockSize;
            set => blockSize = value <= 0 ? throw new ArgumentOutOfRangeException(nameof(value)) : value;
        }
    }

    public class ManagementObjectSearcher : Component
    {
        private static readonly Regex QueryForm = new Regex(
            "^\\s*SELECT\\s+(?<properties>\\*|\\w+(?:\\s*,\\s*\\w+)*)\\s+FROM\\s+(?<class>\\w+)\\s*$", RegexOptions.IgnoreCase);
        private readonly string scope;
        private readonly string query;
        private readonly EnumerationOptions options;

        public ManagementObjectSearcher(string scope, string queryString, EnumerationOptions options)
        {
            this.scope = scope;
            this.options = options;
            query = queryString;
        }

        public ManagementObjectCollection Get()
        {
            Match match = QueryForm.Match(query);
            if (!scope.Equals("root\\cimv2", StringComparison.OrdinalIgnoreCase))
                throw Errors.Own(ManagementStatus.InvalidNamespace);
            if (!match.Success)
                throw Errors.Own(ManagementStatus.InvalidQuery);
            string names = match.Groups["properties"].Value;
            string[] properties = names == "*" ? null : names.Split(',').Select(name => name.Trim()).ToArray();
            return new ManagementObjectCollection(match.Groups["class"].Value, properties, "query", options);
        }
    }

    // WMI's enumerator. Semisynchronous: nothing is asked before the first Next, and errors come out there.
    internal sealed class RowReader
    {
        private readonly string className;
        private readonly Dictionary<string, object> request;
        private Wire wire;
        // The rest of a line of many rows.
        private Dictionary<string, object> like;
        private object[] paths = new object[0];
        private int next;
        private bool ended, released;
        private Exception failure;

        internal RowReader(string className, Dictionary<string, object> request)
        {
            this.className = className;
            this.request = request;
        }

        // As many rows as `count`, or fewer at the end, or those that came within the time. `ended`: the last ones.
        internal List<ManagementBaseObject> Next(int count, TimeSpan timeout, out bool isEnd)
        {
            if (released)
                throw new InvalidComObjectException(
                    "COM object that has been separated from its underlying RCW cannot be used.");
            if (failure != null)
                throw failure;
            var rows = new List<ManagementBaseObject>();
            Stopwatch clock = Stopwatch.StartNew();
            try
            {
                while (rows.Count < count && !ended)
                {
                    if (next == paths.Length && !ReadLine(timeout, clock, rows))
                        break;
                    if (next < paths.Length)
                        // Each row is an object of its own, as the real ones are.
                        rows.Add(new ManagementObject(className, new Dictionary<string, object>(like, like.Comparer)
                        {
                            ["ItemPath"] = paths[next++],
                        }));
                }
            }
            catch (Exception thrown) when (rows.Count > 0)
            {
                // What came before is handed out first; the next call meets the failure.
                failure = thrown;
            }
            isEnd = ended;
            return rows;
        }

        internal void Release()
        {
            released = true;
            wire?.Dispose();
        }

        // False when none comes within the time.
        private bool ReadLine(TimeSpan timeout, Stopwatch clock, List<ManagementBaseObject> rows)
        {
            wire = wire ?? new Wire(request);
            if (timeout != TimeSpan.MaxValue && !wire.HasLine(timeout - clock.Elapsed))
                return false;
            KeyValuePair<string, object> line = wire.Next();
            ended = line.Key == "end";
            if (ended)
                return true;
            var members = (Dictionary<string, object>)line.Value;
            if (line.Key == "row")
            {
                rows.Add(new ManagementObject(className, members));
                return true;
            }
            like = (Dictionary<string, object>)members["like"];
            paths = (object[])members["paths"];
            next = 0;
            return true;
        }
    }

    public class ManagementObjectCollection : IEnumerable, IDisposable
    {
        private readonly string className;
        private readonly Dictionary<string, object> request;
        private readonly EnumerationOptions options;
        private readonly RowReader shared;

        internal ManagementObjectCollection(string className, string[] properties, string way, EnumerationOptions options)
        {
            this.className = className;
            this.options = options;
            request = new Dictionary<string, object>
            {
                { "op", "enumerate" }, { "class", className }, { "properties", properties }, { "way", way },
            };
            shared = options.Rewindable ? null : new RowReader(className, request);
        }

        // All enumerators of a forward only collection share WMI's, and go on where the one before them was, until it is
        // released with the first of them that is disposed of.
        public ManagementObjectEnumerator GetEnumerator()
        {
            return new ManagementObjectEnumerator(shared ?? new RowReader(className, request), options);
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public void Dispose() => shared?.Release();

        public class ManagementObjectEnumerator : IEnumerator, IDisposable
        {
            private readonly RowReader reader;
            private readonly EnumerationOptions options;
            private List<ManagementBaseObject> block = new List<ManagementBaseObject>();
            private int index = -1;
            private bool isEnd, timedOut;

            internal ManagementObjectEnumerator(RowReader reader, EnumerationOptions options)
            {
                this.reader = reader;
                this.options = options;
            }

            ~ManagementObjectEnumerator() => reader.Release();

            public ManagementBaseObject Current =>
                index >= 0 && index < block.Count ? block[index] : throw new InvalidOperationException();

            object IEnumerator.Current => Current;

            public bool MoveNext()
            {
                if (timedOut)
                    throw new InvalidOperationException("The real enumerator is no good after a block without a row.");
                if (++index < block.Count)
                    return true;
                if (!isEnd)
                {
                    block = reader.Next(options.BlockSize, options.Timeout, out isEnd);
                    index = 0;
                    timedOut = block.Count == 0 && !isEnd;
                    if (timedOut)
                        throw Errors.Own(ManagementStatus.Timedout);
                }
                return index < block.Count;
            }

            public void Reset() => throw new InvalidOperationException();

            public void Dispose()
            {
                reader.Release();
                GC.SuppressFinalize(this);
            }
        }
    }
}
