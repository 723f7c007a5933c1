// Copyright (c) 2026 winops.offline_files contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

// Carries out a request in a process that outlives its task, and keeps a journal of it, as docs/host_contract.md
// describes under Jobs. A part of OfflineFiles.cs, which names the assemblies.

using System;
using System.Collections;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Security.AccessControl;
using System.Security.Principal;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;
using Facts = System.Collections.Generic.Dictionary<string, object>;
using Host = ansible_collections.winops.offline_files.plugins.module_utils.OfflineFiles.Host;

namespace ansible_collections.winops.offline_files.plugins.module_utils.OfflineFilesJob {
    public static class Job {
        private const int Head = 4096, Day = 24 * 60 * 60 * 1000;
        private static readonly string Folder =
            Environment.GetEnvironmentVariable("ProgramData") ?? Path.GetTempPath();
        private static readonly string Prefix = "winops.offline_files.", Lock = Path.Combine(Folder, Prefix + "lock");
        private static readonly string User = Environment.UserDomainName + "\\" + Environment.UserName;

        // What has become of the request, for the state.
        internal static string Phase = "before";
        internal static int? Rows;
        private static int texts;
        private static List<object> begins = new List<object>();
        private static int[] tally = new int[0];

        // `json` makes a text of facts, on any thread.
        public static Facts Answer(IDictionary request, bool checkMode, string powershell, Func<object, string> json) {
            string step = (string)request["job_step"], results = (string)request["results"], text = null, output = null;
            if (step == "") return Host.Answer(request, checkMode, powershell);
            string file = Path.Combine(Folder, Prefix + request["job"] + "." + User.Replace('\\', '.') + ".job");
            if (step == "run") Run(file, request, json, () => Host.Answer(request, checkMode, powershell));
            if (step == "drop") Drop(file, results);
            Facts error = Try(() => {
                if (File.Exists(file)) text = Read(file, Head, int.MaxValue);
                else if (File.Exists(results)) output = Read(results, 0, int.MaxValue);
            });
            return new Facts { { "contract", 1 }, { "jobs", List() }, { "text", text }, { "output", output },
                { "error", error } };
        }

        internal static List<Facts> List() {
            return Directory.GetFiles(Folder, Prefix + "*.job").Select(file => {
                string state = null;
                bool own = true;
                Facts error = Try(() => { state = Read(file, 0, Head).Split('\0')[0]; Compare(file, ref own); });
                return new Facts { { "name", Path.GetFileName(file) }, { "own", own && error == null },
                    { "alive", IsOpen(file) }, { "state", state }, { "error", error } };
            }).ToList();
        }

        internal static bool Busy() { return IsOpen(Lock); }

        internal static void Count(string text) {
            texts++;
            for (int i = 0; i < tally.Length; i++)
                if (text.StartsWith((string)begins[i], StringComparison.Ordinal)) tally[i]++;
        }

        // Windows deletes both files when this process ends, however it does.
        private static void Run(string file, IDictionary request, Func<object, string> json, Func<Facts> work) {
            string[] paths = ((string)request["paths"]).Split(new[] { '\n' }, StringSplitOptions.RemoveEmptyEntries);
            string path = paths.FirstOrDefault() ?? "", began = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ");
            Stopwatch clock = Stopwatch.StartNew();
            byte[] answer = new byte[0];
            Facts error = null;
            begins = (List<object>)request["tally"];
            tally = new int[begins.Count];
            using (FileStream turn = Open(Lock, FileMode.OpenOrCreate, FileShare.None, FileOptions.DeleteOnClose)) {
                Make(file);
                using (FileStream journal = Open(file, FileMode.Open, Shared, FileOptions.DeleteOnClose)) {
                    Action note = () => Put(journal, 0, Head, Encoding.UTF8.GetBytes(json(new Facts {
                        { "job", request["job"] }, { "method", request["method"] }, { "user", User }, { "began", began },
                        { "ms", clock.ElapsedMilliseconds }, { "phase", Phase }, { "rows", Rows }, { "texts", texts },
                        { "tally", tally }, { "paths", paths.Length },
                        { "path", path.Substring(0, Math.Min(260, path.Length)) },
                        { "answer", answer.Length }, { "error", error } })));
                    note();
                    using (new Timer(_ => note(), null, 1000, 1000))
                        answer = Encoding.UTF8.GetBytes(json(work()));
                    // A full disk, say. There is room for the state, which is as long as it was.
                    error = Try(() => Put(journal, Head, answer.Length, answer));
                    if (error != null) answer = new byte[0];
                    Phase = "ended";
                    note();
                    turn.Dispose();
                    for (clock.Restart(); journal.Length > 0 && clock.ElapsedMilliseconds < Day;) Thread.Sleep(200);
                }
            }
            foreach (string results in Results()) File.Delete(results);
            // Ansible's watchdog would write a results file when this returned, and nobody would read it.
            Environment.Exit(0);
        }

        // Nobody can open it before it is for its owner, SYSTEM and administrators only.
        private static void Make(string file) {
            if (!IsOpen(file)) File.Delete(file);
            using (Open(file, FileMode.CreateNew, FileShare.None, FileOptions.None))
                Protect(file);
        }
        [Conditional("WINDOWS")]
        private static void Protect(string file) {
            FileSecurity security = new FileSecurity();
            security.SetSecurityDescriptorSddlForm(
                string.Format("O:{0}D:P(A;;FA;;;{0})(A;;FA;;;SY)(A;;FA;;;BA)", WindowsIdentity.GetCurrent().User));
            new FileInfo(file).SetAccessControl(security);
        }
        [Conditional("WINDOWS")]
        private static void Compare(string file, ref bool own) {
            var owner = new FileInfo(file).GetAccessControl().GetOwner(typeof(SecurityIdentifier));
            own = owner.Equals(WindowsIdentity.GetCurrent().User);
        }

        // The process that waits sees that its journal is empty, and ends.
        private static void Drop(string file, string results) {
            if (File.Exists(file))
                using (FileStream journal = Open(file, FileMode.Open, Shared, FileOptions.None))
                    journal.SetLength(0);
            for (Stopwatch clock = Stopwatch.StartNew(); IsOpen(file) && clock.ElapsedMilliseconds < 5000;)
                Thread.Sleep(50);
            if (!IsOpen(file)) File.Delete(file);
            if (results != "") File.Delete(results);
        }

        private const FileShare Shared = FileShare.ReadWrite | FileShare.Delete;
        private static FileStream Open(string file, FileMode mode, FileShare share, FileOptions options) {
            return new FileStream(file, mode, FileAccess.ReadWrite, share, 1, options);
        }
        private static void Put(FileStream stream, int place, int length, byte[] bytes) {
            Array.Resize(ref bytes, length);
            lock (stream) {
                stream.Position = place;
                stream.Write(bytes, 0, length);
                stream.Flush();
            }
        }
        private static string Read(string file, int place, int most) {
            using (BinaryReader reader = new BinaryReader(new FileStream(file, FileMode.Open, FileAccess.Read, Shared))) {
                reader.BaseStream.Position = place;
                long length = Math.Max(0, Math.Min(most, reader.BaseStream.Length - place));
                return Encoding.UTF8.GetString(reader.ReadBytes((int)length));
            }
        }
        private static bool IsOpen(string file) {
            Action open = () => new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.None).Dispose();
            return File.Exists(file) && Try(open) != null;
        }

        // In a results file of Ansible stands the number of the process.
        private static IEnumerable<string> Results() {
            string folder = Environment.GetEnvironmentVariable("ANSIBLE_ASYNC_DIR") ?? "";
            Regex own = new Regex("watchdog_pid\":\\s*" + Process.GetCurrentProcess().Id + "\\b");
            return Directory.GetFiles(Environment.ExpandEnvironmentVariables(folder))
                .Where(file => own.IsMatch(File.ReadAllText(file)));
        }

        private static Facts Try(Action work) {
            try { work(); } catch (Exception e) { return Host.Error(e); }
            return null;
        }
    }
}
