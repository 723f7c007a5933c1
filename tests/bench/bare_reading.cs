// Copyright (c) 2026 winops.offline_files contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

// In the place of OfflineFiles.cs: a plain loop over all items that reads the same properties, and does nothing with them.

using System.Collections;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Management;
using System.Threading;

namespace ansible_collections.winops.offline_files.plugins.module_utils.OfflineFiles {
    public static class Host {
        public static Dictionary<string, object> Answer(IDictionary request, bool checkMode, string powershell) {
            var clock = Stopwatch.StartNew();
            int count = 0;
            // As the host part's thread it is MTA, on which System.Management is quicker.
            var thread = new Thread(() => count = Read((List<object>)request["fields"]));
            thread.Start();
            thread.Join();
            return new Dictionary<string, object> { { "seen", count }, { "ms", clock.ElapsedMilliseconds } };
        }

        private static int Read(List<object> fields) {
            var members = fields.Select(field => ((string)field).Split('.')).ToLookup(
                name => name[0], name => name.ElementAtOrDefault(1));
            var properties = new[] { "ItemPath", "ItemType" }.Union(members.Select(property => property.Key)).ToArray();
            string query = "SELECT " + string.Join(",", properties) + " FROM Win32_OfflineFilesItem";
            var options = new EnumerationOptions { ReturnImmediately = true, Rewindable = false };
            int count = 0;
            foreach (ManagementBaseObject item in new ManagementObjectSearcher("root\\cimv2", query, options).Get())
                using (item) {
                    foreach (string property in properties) {
                        var embedded = item[property] as ManagementBaseObject;
                        foreach (string member in members[property])
                            if (embedded != null) Drop(embedded[member]);
                    }
                    count++;
                }
            return count;
        }

        private static void Drop(object value) { }
    }
}
