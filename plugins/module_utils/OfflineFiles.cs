// Copyright (c) 2026 winops.offline_files contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

// Asks WMI what docs/host_contract.md describes and answers with raw facts: the host collects, it never interprets.
// Compiles with C# 5 and .NET Framework 4.6 (Windows PowerShell 5.1), and with .NET 8 and later (PowerShell 7).

//AssemblyReference -Type System.Management.ManagementObject -CLR Core
//AssemblyReference -Name System.Management.dll -CLR Framework

using System;
using System.Collections;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Management;
using System.Text;
using System.Threading;
using Facts = System.Collections.Generic.Dictionary<string, object>;

namespace ansible_collections.winops.offline_files.plugins.module_utils.OfflineFiles {
    using OfflineFilesConfiguration;
    using OfflineFilesJob;
    public static class Host {
        internal const string Root = "root\\cimv2";
        internal const string Cache = Root + ":Win32_OfflineFilesCache", Items = Root + ":Win32_OfflineFilesItem";
        internal static readonly Facts TimeUp = Error(0x80041069, "The time limit is used up.");

        public static Facts Answer(IDictionary request, bool checkMode, string powershell) {
            int timeout = (int)request["timeout"];
            bool read = (bool)request["read"], each = (bool)request["each"], anyway = (bool)request["anyway"];
            string method = checkMode ? null : (string)request["method"];
            string[] paths = ((string)request["paths"]).Split(new[] { '\n' }, StringSplitOptions.RemoveEmptyEntries);
            Stopwatch clock = Stopwatch.StartNew();
            long mark = 0;
            Func<int> lap = () => (int)(-mark + (mark = clock.ElapsedMilliseconds));
            Func<int, int> left = least => timeout == 0 ? Timeout.Infinite
                : (int)Math.Min(int.MaxValue, Math.Max(least, timeout * 1000L - clock.ElapsedMilliseconds));
            Func<string, Facts> service = path => Configuration.First(
                left(0), () => new[] { new ManagementObject(Root + ":" + path) }, "state", "start_mode");

            // By enumeration, the way seen in the field: whether the provider answers to the path "=@" is not known.
            Facts cache = Configuration.First(
                left(0), () => new ManagementClass(Cache).GetInstances(), "enabled", "active", "location");
            cache["found"] = cache["error"] == null;
            Facts services = new Facts {
                { "CscService", service("Win32_Service.Name=\"CscService\"") },
                { "CSC", service("Win32_SystemDriver.Name=\"CSC\"") } };
            Facts ms = new Facts { { "preflight", lap() } };
            List<object> classNames = (List<object>)request["classes"], keys = (List<object>)request["registry"];
            Facts classes = Configuration.Classes(classNames, () => left(0));
            List<Facts> registry = Configuration.Registry(keys, () => left(0));
            ms["configuration"] = classNames.Count + keys.Count == 0 ? 0 : lap();

            bool locked = Job.IsOpen(Job.Lock), busy = locked && method != null && (string)request["job_step"] == "";
            bool available = !busy && (anyway || true.Equals(cache["enabled"]) && true.Equals(cache["active"]));
            Reading before = read && available ? new Reading(request, paths, left(0)) : null;
            ms["before"] = before == null ? 0 : lap();
            if (before != null) Job.Rows = before.State["rows"];
            Job.Phase = "call";
            List<Call> calls = new List<Call>();
            if (method != null && available && (before == null || before.NeedsCall || (bool)request["force"]))
                foreach (IDictionary arguments in (IEnumerable)request["arguments"])
                    for (int i = 0; i < (each ? paths.Length : 1); i++)
                        calls.Add(new Call(request, arguments, paths, each ? (int?)i : null, left(0)));
            ms["call"] = calls.Count == 0 ? 0 : lap();
            Job.Phase = "after";
            Reading after = read && calls.Any(call => true.Equals(call.Outcome["made"]))
                ? new Reading(request, paths, left(Math.Min(30, timeout) * 1000)) : null;
            ms["after"] = after == null ? 0 : lap();

            Facts host = new Facts {
                { "user", Environment.UserDomainName + "\\" + Environment.UserName },
                { "powershell", powershell }, { "profile", Environment.GetEnvironmentVariable("USERPROFILE") } };
            string skipped = method == null ? "no_method" : busy ? "busy" : available ? "not_needed" : "unavailable";
            return new Facts {
                { "contract", 2 }, { "host", host }, { "cache", cache }, { "services", services },
                { "classes", classes }, { "registry", registry },
                { "before", before == null ? null : before.State }, { "after", after == null ? null : after.State },
                { "calls", calls.Select(call => call.Outcome).ToList() }, { "ms", ms },
                { "skipped", calls.Count > 0 ? null : skipped }, { "jobs", Job.List() }, { "locked", locked } };
        }

        // No time limit of WMI bounds every call, so each step that has time left gets a thread of its own, left behind
        // when that is over. A background thread does not keep the process, and MTA saves System.Management a switch.
        internal static Facts Within(int milliseconds, Action work) {
            if (milliseconds == 0) return TimeUp;
            Facts error = null;
            Thread thread = new Thread(() => { try { work(); } catch (Exception e) { error = Error(e); } });
            thread.IsBackground = true;
            thread.Start();
            return thread.Join(milliseconds) ? error : TimeUp;
        }

        internal static Facts Error(Exception thrown) {
            Exception cause = thrown.GetBaseException();
            ManagementException wmi = cause as ManagementException;
            return Error(wmi == null ? cause.HResult : (int)wmi.ErrorCode, cause.Message);
        }
        internal static Facts Error(long code, object message) {
            return new Facts { { "code", code & 0xFFFFFFFF }, { "message", message ?? "" } };
        }
    }

    // The contract's PACK, compressed as the records come, so that memory holds nothing else of them.
    internal sealed class Pack {
        private readonly MemoryStream packed = new MemoryStream();
        private readonly StreamWriter text;
        public int Count;

        public Pack() {
            text = new StreamWriter(new GZipStream(packed, CompressionMode.Compress, true), new UTF8Encoding(false));
        }
        public void Add(string record) {
            text.Write(record.Replace("\u0001", "\u0001\u0002").Replace("\0", "\u0001\u0001") + "\0");
            // Else the runtime lets garbage grow to the size of the processor's cache before it looks at it.
            if (++Count % 10000 == 0) GC.Collect(0);
        }
        public string Close() {
            text.Dispose();
            // A GZipStream that nothing was written to leaves out even the header.
            return Count == 0 ? "H4sIAAAAAAAEAAMAAAAAAAAAAAA="
                : Convert.ToBase64String(packed.GetBuffer(), 0, (int)packed.Length);
        }
    }

    // One reading of Win32_OfflineFilesItem. Its thread adds under the lock until the reading is over.
    // Every property of an item costs, an embedded object most, so no more is read of an item than is asked for.
    internal sealed class Reading {
        public readonly Facts State;
        public readonly bool NeedsCall;
        private readonly HashSet<string> wanted, held = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        private readonly List<object> shares = new List<object>();
        private readonly string[][] fields;
        private readonly int[] keep, reasons;
        // Places in `fields`, by the property that they lie in: those that decide about an item, and the others.
        private readonly IGrouping<string, int>[] deciding, others;
        private readonly Pack rows = new Pack();
        private string way = "query";
        private int seen;
        private bool deep, reasonSeen, over;

        public Reading(IDictionary request, string[] paths, int milliseconds) {
            List<object> names = (List<object>)request["fields"];
            fields = names.Select(name => ((string)name).Split('.')).ToArray();
            keep = ((List<object>)request["keep"]).Select(name => names.IndexOf(name)).ToArray();
            reasons = ((List<object>)request["reasons"]).Select(name => names.IndexOf(name)).ToArray();
            var properties = Enumerable.Range(0, fields.Length).ToLookup(i => fields[i][0]);
            deciding = properties.Where(property => property.Intersect(keep.Union(reasons)).Any()).ToArray();
            others = properties.Except(deciding).ToArray();
            deep = (bool)request["deep"];
            wanted = new HashSet<string>(paths, StringComparer.OrdinalIgnoreCase);
            Facts error = Host.Within(milliseconds, Read);
            lock (rows) {
                over = true;
                NeedsCall = error != null || reasons.Length == 0 || reasonSeen;
                State = new Facts {
                    { "complete", error == null }, { "error", error }, { "way", way }, { "seen", seen },
                    { "held", paths.Select(path => held.Contains(path)).ToList() }, { "shares", shares },
                    { "rows", rows.Count }, { "data", rows.Close() } };
            }
        }

        private void Read() {
            var properties = new[] { "ItemPath", "ItemType" }.Union(fields.Select(field => field[0]));
            string query = "SELECT " + string.Join(",", properties) + " FROM Win32_OfflineFilesItem";
            // Semisynchronous and forward only, so that WMI keeps no rows. (System.IO has a type of this name too.)
            var options = new System.Management.EnumerationOptions { ReturnImmediately = true, Rewindable = false,
                BlockSize = 1000, Timeout = TimeSpan.FromMilliseconds(250) };
            try {
                Take(new ManagementObjectSearcher(Host.Root, query, options).Get());
            } catch (Exception) {
                // After the first row the query was not refused but cut off: to begin anew would count items twice.
                if (seen > 0) throw;
                way = "instances";
                Take(new ManagementClass(Host.Items).GetInstances(options));
            }
        }

        // In blocks, for each is a call to another process. What has come when its time is over is handed out, so that a
        // hang hides no row. Where nothing has, System.Management's enumerator throws and is of no use any more; another
        // one of the same collection goes on from there, unless the first is closed, by its finalizer say.
        private void Take(ManagementObjectCollection items) {
            var block = items.GetEnumerator();
            while (true)
                try {
                    if (!block.MoveNext()) return;
                    using (ManagementBaseObject item = block.Current)
                        Take(item);
                } catch (ManagementException e) {
                    if (e.ErrorCode != ManagementStatus.Timedout || over) throw;
                    GC.SuppressFinalize(block);
                    block = items.GetEnumerator();
                }
        }

        private void Take(ManagementBaseObject item) {
            object type = item["ItemType"];
            string path = (string)item["ItemPath"];
            bool isShare = Text(type) == "2", inScope = wanted.Count == 0 || wanted.Contains(path);
            lock (rows) {
                if (over) return;
                seen++;
                if (wanted.Contains(path)) held.Add(path);
                if (isShare) shares.Add(path);
            }
            for (int i = path.LastIndexOf('\\'); !inScope && i > 2; i = deep ? path.LastIndexOf('\\', i - 1) : 0)
                inScope = wanted.Contains(path.Substring(0, i));
            if (!inScope) return;
            object[] values = new object[fields.Length];
            Fill(values, item, type, deciding);
            bool isReason = reasons.Any(i => IsSet(values[i]));
            bool isKept = keep.Length == 0 || keep.Any(i => IsSet(values[i]));
            if (isKept) Fill(values, item, type, others);
            lock (rows) {
                if (over) return;
                reasonSeen |= isReason;
                if (isKept) rows.Add(string.Concat(values.Select(value => Text(value) + "\t")) + path);
            }
        }

        // Every access to a property reads it anew, and copies an embedded object, so each is read once.
        private void Fill(object[] values, ManagementBaseObject item, object type, IGrouping<string, int>[] properties) {
            foreach (var property in properties) {
                object value = property.Key == "ItemType" ? type : item[property.Key];
                foreach (int i in property)
                    values[i] = fields[i].Skip(1).Aggregate(value, Member);
                using (value as IDisposable) { }
            }
        }
        private static object Member(object o, string key) { return o == null ? o : ((ManagementBaseObject)o)[key]; }
        private static string Text(object value) { return Convert.ToString(value, CultureInfo.InvariantCulture); }
        private static bool IsSet(object value) {
            return value is string ? (string)value != "" : !new[] { "", "0", "False" }.Contains(Text(value));
        }
    }

    // One call of the method. Its thread and WMI's callback threads add under the lock until the call is over.
    internal sealed class Call {
        public readonly Facts Outcome;
        private readonly Pack texts = new Pack();
        private readonly ManualResetEvent ended = new ManualResetEvent(false), lastCame = new ManualResetEvent(false);
        private Facts status, returned;
        private bool invoked, completed, over;

        public Call(IDictionary request, IDictionary arguments, string[] paths, int? path, int milliseconds) {
            string[] own = path == null ? paths : new[] { paths[path.Value] };
            Facts error = Host.Within(milliseconds, () => Invoke(request, arguments, own));
            if (completed && (bool)request["observe"]) lastCame.WaitOne(500);
            lock (texts) {
                over = true;
                if (error == Host.TimeUp) error = null;
                bool made = invoked && error == null;
                Outcome = new Facts {
                    { "path", path }, { "made", made }, { "error", error },
                    { "thrown_at", error == null ? null : invoked ? "invoke" : "parameters" },
                    { "completed", completed }, { "status", status }, { "returned", returned },
                    { "timed_out", made && !completed }, { "texts", texts.Count }, { "data", texts.Close() } };
            }
        }

        // System.Management makes of an argument what its CIM type wants, or refuses it.
        private void Invoke(IDictionary request, IDictionary arguments, string[] paths) {
            string method = (string)request["method"], taker = (string)request["paths_as"];
            ManagementClass asked = new ManagementClass(Host.Root + ":" + request["class"]);
            ManagementBaseObject input = asked.GetMethodParameters(method), output;
            foreach (string name in arguments.Keys) input[name] = arguments[name];
            if (taker != "") input[taker] = input.Properties[taker].IsArray ? (object)paths : paths.Single();
            Note(() => invoked = true);
            if (invoked && (bool)request["observe"]) {
                asked.InvokeMethod(Observer((string)request["last"]), method, input, null);
                ended.WaitOne();
            } else if (invoked) {
                output = asked.InvokeMethod(method, input, null);
                Note(() => { completed = true; returned = Configuration.All(output); });
            }
        }

        // With all handlers: WMI is asked for progress only if there is one when the call begins. They run on WMI's
        // threads, in order; what they throw is lost, and a slow one would hold up the method.
        private ManagementOperationObserver Observer(string last) {
            ManagementOperationObserver observer = new ManagementOperationObserver();
            observer.Progress += (sender, e) => Note(() => {
                texts.Add(e.Message ?? "");
                Job.Count(e.Message ?? "");
                if (last != "" && (e.Message ?? "").StartsWith(last, StringComparison.Ordinal))
                    lastCame.Set();
            });
            observer.ObjectReady += (sender, e) => Note(() => returned = Configuration.All(e.NewObject));
            observer.Completed += (sender, e) => Note(() => {
                completed = true;
                ended.Set();
                if (e.Status != ManagementStatus.NoError)
                    status = Host.Error((int)e.Status, e.StatusObject == null ? null : e.StatusObject["Description"]);
            });
            return observer;
        }
        private void Note(Action fact) { lock (texts) if (!over) fact(); }
    }
}
