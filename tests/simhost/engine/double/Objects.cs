// Copyright (c) 2026 winops.offline_files contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

// Objects, classes and enumerations.

using System.Collections;
using System.Collections.Generic;
using System.ComponentModel;
using System.Linq;
using System.Text.RegularExpressions;

namespace System.Management
{
    public class ManagementBaseObject : Component
    {
        // Null in an object that is fetched when it is first asked for something.
        private protected Dictionary<string, object> values;

        internal ManagementBaseObject(Dictionary<string, object> values)
        {
            this.values = values;
        }

        // Names know no case. A property that the class does not have is an error, one that is null is not.
        public object this[string propertyName]
        {
            get
            {
                Fetch();
                if (!values.TryGetValue(propertyName, out object value))
                    throw new ManagementException(ManagementStatus.NotFound, "Object cannot be found");
                // Every access to an embedded object gives a new wrapper around a copy.
                return value is Dictionary<string, object> embedded
                    ? new ManagementBaseObject(new Dictionary<string, object>(embedded, embedded.Comparer)) : value;
            }
            set
            {
                Fetch();
                values[propertyName] = value;
            }
        }

        public PropertyDataCollection Properties
        {
            get
            {
                Fetch();
                return new PropertyDataCollection(values.Keys.Select(name => new PropertyData(name, this[name])));
            }
        }

        internal Dictionary<string, object> Values => values;

        private protected virtual void Fetch() { }
    }

    public class PropertyData
    {
        internal PropertyData(string name, object value)
        {
            Name = name;
            Value = value;
        }

        public string Name { get; }

        public object Value { get; }
    }

    public class PropertyDataCollection : IEnumerable
    {
        private readonly IEnumerable<PropertyData> members;

        internal PropertyDataCollection(IEnumerable<PropertyData> members)
        {
            this.members = members;
        }

        public IEnumerator GetEnumerator() => members.GetEnumerator();
    }

    public class ManagementObject : ManagementBaseObject
    {
        private static readonly Regex PathForm = new Regex(
            "^(?:\\\\\\\\\\.\\\\)?root\\\\cimv2:(?<class>\\w+)(?:(?:\\.\\w+=\"(?<key>[^\"]*)\")|(?<single>=@))?$",
            RegexOptions.IgnoreCase);
        private readonly string key;
        private protected readonly string className;

        public ManagementObject(string path) : base(null)
        {
            Match match = PathForm.Match(path);
            if (!match.Success)
                throw new ArgumentException("Path", nameof(path));
            className = match.Groups["class"].Value;
            key = match.Groups["key"].Success ? match.Groups["key"].Value : null;
        }

        internal ManagementObject(string className, Dictionary<string, object> values) : base(values)
        {
            this.className = className;
        }

        private protected override void Fetch()
        {
            if (values != null)
                return;
            var request = new Dictionary<string, object> { { "op", "get" }, { "class", className }, { "key", key } };
            using (Wire wire = new Wire(request))
                values = (Dictionary<string, object>)wire.Next().Value;
        }

        // An empty object for the in parameters. The simulated WMI judges names and values when the call is made.
        public ManagementBaseObject GetMethodParameters(string methodName)
        {
            return new ManagementBaseObject(new Dictionary<string, object>(StringComparer.OrdinalIgnoreCase));
        }

        public ManagementBaseObject InvokeMethod(
            string methodName, ManagementBaseObject inParameters, InvokeMethodOptions options)
        {
            return Operation.Begin(className, methodName, inParameters, null).Finish();
        }

        public void InvokeMethod(
            ManagementOperationObserver watcher, string methodName, ManagementBaseObject inParameters,
            InvokeMethodOptions options)
        {
            Operation.Begin(className, methodName, inParameters, watcher).Deliver();
        }
    }

    public class ManagementClass : ManagementObject
    {
        public ManagementClass(string path) : base(path) { }

        public ManagementObjectCollection GetInstances() => GetInstances(new EnumerationOptions());

        public ManagementObjectCollection GetInstances(EnumerationOptions options)
        {
            return new ManagementObjectCollection(className, null, "instances", options);
        }
    }

    public abstract class ManagementOptions { }

    public class InvokeMethodOptions : ManagementOptions { }

    public class EnumerationOptions : ManagementOptions
    {
        public bool ReturnImmediately { get; set; } = true;
        public bool Rewindable { get; set; } = true;
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
                throw new ManagementException(ManagementStatus.InvalidNamespace, "Invalid namespace ");
            if (!match.Success)
                throw new ManagementException(ManagementStatus.InvalidQuery, "Invalid query ");
            string names = match.Groups["properties"].Value;
            string[] properties = names == "*" ? null : names.Split(',').Select(name => name.Trim()).ToArray();
            return new ManagementObjectCollection(match.Groups["class"].Value, properties, "query", options);
        }
    }

    // Semisynchronous: nothing is asked before the first MoveNext, and errors come out there.
    public class ManagementObjectCollection : IEnumerable, IDisposable
    {
        private readonly string className;
        private readonly Dictionary<string, object> request;
        private readonly EnumerationOptions options;
        private bool used;

        internal ManagementObjectCollection(string className, string[] properties, string way, EnumerationOptions options)
        {
            this.className = className;
            this.options = options;
            request = new Dictionary<string, object>
            {
                { "op", "enumerate" }, { "class", className }, { "properties", properties }, { "way", way },
            };
        }

        public ManagementObjectEnumerator GetEnumerator()
        {
            // A forward only enumeration cannot begin a second time.
            if (used && !options.Rewindable)
                throw new InvalidOperationException();
            used = true;
            return new ManagementObjectEnumerator(className, request);
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public void Dispose() { }

        public class ManagementObjectEnumerator : IEnumerator, IDisposable
        {
            private readonly string className;
            private readonly Dictionary<string, object> request;
            private Wire wire;
            private ManagementBaseObject current;
            // The rest of a line of many rows.
            private Dictionary<string, object> like;
            private object[] paths = new object[0];
            private int next;
            private bool ended;

            internal ManagementObjectEnumerator(string className, Dictionary<string, object> request)
            {
                this.className = className;
                this.request = request;
            }

            public ManagementBaseObject Current => current ?? throw new InvalidOperationException();

            object IEnumerator.Current => Current;

            public bool MoveNext()
            {
                current = null;
                if (ended)
                    return false;
                if (next == paths.Length)
                {
                    wire = wire ?? new Wire(request);
                    KeyValuePair<string, object> line = wire.Next();
                    ended = line.Key == "end";
                    if (ended)
                        return false;
                    var members = (Dictionary<string, object>)line.Value;
                    if (line.Key == "row")
                    {
                        current = new ManagementObject(className, members);
                        return true;
                    }
                    like = (Dictionary<string, object>)members["like"];
                    paths = (object[])members["paths"];
                    next = 0;
                }
                // Each row is an object of its own, as the real ones are.
                current = new ManagementObject(className, new Dictionary<string, object>(like, like.Comparer)
                {
                    ["ItemPath"] = paths[next++],
                });
                return true;
            }

            public void Reset() => throw new InvalidOperationException();

            public void Dispose() => wire?.Dispose();
        }
    }
}
