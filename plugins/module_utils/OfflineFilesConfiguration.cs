// Copyright (c) 2026 winops.offline_files contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

// Reads single instances, and registry keys through WMI's StdRegProv, as docs/host_contract.md describes. A part of
// OfflineFiles.cs, which names the assemblies it needs: Ansible makes one assembly of all that a module asks for.

using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management;
using System.Runtime.InteropServices;
using Facts = System.Collections.Generic.Dictionary<string, object>;

namespace ansible_collections.winops.offline_files.plugins.module_utils.OfflineFilesConfiguration {
    using OfflineFiles;
    internal static class Configuration {
        private static readonly Dictionary<string, uint> Hives = new Dictionary<string, uint> {
            { "HKEY_LOCAL_MACHINE", 0x80000002 }, { "HKEY_USERS", 0x80000003 } };
        // By a value's type (REG_SZ is 1): the method of StdRegProv that reads it, and what that calls the data.
        private static readonly Dictionary<int, string[]> Readers = new Dictionary<int, string[]> {
            { 1, new[] { "GetStringValue", "sValue" } }, { 2, new[] { "GetExpandedStringValue", "sValue" } },
            { 3, new[] { "GetBinaryValue", "uValue" } }, { 4, new[] { "GetDWORDValue", "uValue" } },
            { 7, new[] { "GetMultiStringValue", "sValue" } }, { 11, new[] { "GetQWORDValue", "uValue" } } };

        // Properties of the first instance, null each when there is an error. WMI takes their names in any case.
        internal static Facts First(int milliseconds, Func<IEnumerable> instances, params string[] keys) {
            Facts error, facts = Read(milliseconds, out error, () => {
                ManagementBaseObject first = instances().Cast<ManagementBaseObject>().First();
                return keys.ToDictionary(key => key, key => first[key.Replace("_", "")]);
            });
            return new Facts(facts ?? keys.ToDictionary(key => key, key => (object)null)) { { "error", error } };
        }

        internal static Facts Classes(List<object> names, Func<int> left) {
            return names.Distinct().ToDictionary(name => (string)name, name => {
                Facts error, properties = Read(left(), out error, () => All(
                    new ManagementClass(Host.Root + ":" + name).GetInstances().Cast<ManagementBaseObject>().First()));
                return (object)new Facts { { "properties", properties }, { "error", error } };
            });
        }

        internal static List<Facts> Registry(List<object> keys, Func<int> left) {
            return keys.SelectMany(key => Entries(((string)key).Split('\\'), 0, left)).ToList();
        }

        // The parts before `open` are names, whatever they look like; after them a star stands for every subkey.
        private static IEnumerable<Facts> Entries(string[] parts, int open, Func<int> left) {
            int star = Array.IndexOf(parts, "*", open);
            string key = string.Join("\\", parts.Take(star < 0 ? parts.Length : star));
            string[] names = null;
            Facts error, values = Read(left(), out error, () => {
                if (star < 0) return Values(key);
                names = Names(Ask(Provider(), "EnumKey", key, null));
                return new Facts();
            });
            bool absent = error != null && 2L.Equals(error["code"]);
            if (error == null && star >= 0)
                return names.SelectMany(name => Entries(
                    parts.Take(star).Concat(new[] { name }).Concat(parts.Skip(star + 1)).ToArray(), star + 1, left));
            // Which of the subkeys have the key is just what a star asks.
            if (absent && (open > 0 || star >= 0)) return new Facts[0];
            return new[] { new Facts {
                { "key", string.Join("\\", parts) }, { "values", values ?? new Facts() }, { "error", error } } };
        }

        private static Facts Values(string key) {
            ManagementClass registry = Provider();
            ManagementBaseObject found = Ask(registry, "EnumValues", key, null);
            IList types = (IList)found["Types"];
            string[] names = Names(found), reader;
            Facts values = new Facts();
            for (int i = 0; i < names.Length; i++)
                values[names[i]] = Readers.TryGetValue(Convert.ToInt32(types[i]), out reader)
                    ? Plain(Ask(registry, reader[0], key, names[i])[reader[1]]) : null;
            return values;
        }
        private static string[] Names(ManagementBaseObject found) { return (string[])found["sNames"] ?? new string[0]; }
        private static ManagementClass Provider() { return new ManagementClass(Host.Root + ":StdRegProv"); }

        // What StdRegProv answers to a key, other than 0, is thrown as that number. A value that is gone or refused by
        // now is null by itself.
        private static ManagementBaseObject Ask(ManagementClass registry, string method, string key, string value) {
            string[] parts = key.Split(new[] { '\\' }, 2);
            uint hive;
            if (!Hives.TryGetValue(parts[0], out hive)) throw new ArgumentException("Not a full registry key: " + key);
            ManagementBaseObject input = registry.GetMethodParameters(method);
            input["hDefKey"] = hive;
            input["sSubKeyName"] = parts.Length > 1 ? parts[1] : "";
            if (value != null) input["sValueName"] = value;
            ManagementBaseObject found = registry.InvokeMethod(method, input, null);
            uint code = Convert.ToUInt32(found["ReturnValue"]);
            if (code != 0 && value == null) throw new COMException("", (int)code);
            return found;
        }

        // Null when there is an error. The step's thread may go on after its time; then nobody sees what it finds.
        private static Facts Read(int milliseconds, out Facts error, Func<Facts> work) {
            Facts found = null;
            error = Host.Within(milliseconds, () => found = work());
            return error == null ? found : null;
        }
        internal static Facts All(ManagementBaseObject instance) {
            return instance.Properties.Cast<PropertyData>().ToDictionary(one => one.Name, one => Plain(one.Value));
        }
        private static object Plain(object value) {
            ManagementBaseObject embedded = value as ManagementBaseObject;
            Array many = value as Array;
            return embedded != null ? All(embedded) : many != null ? many.Cast<object>().Select(Plain).ToList() : value;
        }
    }
}
