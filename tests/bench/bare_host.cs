// Copyright (c) 2026 winops.offline_files contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

// In the place of OfflineFiles.cs: asks System.Management for the same, and does nothing with what comes. What it costs is
// what the double costs.

using System.Collections;
using System.Collections.Generic;
using System.Management;
using System.Threading;

namespace ansible_collections.winops.offline_files.plugins.module_utils.OfflineFiles {
    public static class Host {
        public static Dictionary<string, object> Answer(IDictionary request, bool checkMode, string powershell) {
            return new Dictionary<string, object> {
                { "before", Read() }, { "texts", Call(request) }, { "after", Read() } };
        }

        private static int Read() {
            var options = new EnumerationOptions { ReturnImmediately = true, Rewindable = false };
            string query = "SELECT ItemPath,ItemType,PinInfo FROM Win32_OfflineFilesItem";
            int count = 0;
            foreach (ManagementBaseObject item in new ManagementObjectSearcher("root\\cimv2", query, options).Get())
                using (item) count++;
            return count;
        }

        private static int Call(IDictionary request) {
            int count = 0;
            var ended = new ManualResetEvent(false);
            var observer = new ManagementOperationObserver();
            observer.Progress += (sender, e) => count++;
            observer.ObjectReady += (sender, e) => { };
            observer.Completed += (sender, e) => ended.Set();
            var cache = new ManagementClass("root\\cimv2:Win32_OfflineFilesCache");
            ManagementBaseObject input = cache.GetMethodParameters("Unpin");
            input["Paths"] = ((string)request["paths"]).Split('\n');
            input["Flags"] = 0x20u;
            input["Deep"] = true;
            cache.InvokeMethod(observer, "Unpin", input, null);
            ended.WaitOne();
            return count;
        }
    }
}
