// Copyright (c) 2026 winops.offline_files contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

// Objects and classes.

using System.Collections;
using System.Collections.Generic;
using System.ComponentModel;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;

namespace System.Management
{
    public class ManagementBaseObject : Component
    {
        // Null in an object that is fetched when it is first asked for something.
        private protected Dictionary<string, object> values;

        // CIM types by the declared names; null in what cannot be written.
        private readonly Dictionary<string, object> types;

        internal ManagementBaseObject(Dictionary<string, object> values, Dictionary<string, object> types = null)
        {
            this.values = values;
            this.types = types;
        }

        // Names know no case. A property that the class does not have is an error, one that is null is not.
        public object this[string propertyName]
        {
            get
            {
                Fetch();
                if (!values.TryGetValue(propertyName, out object value) && types?.ContainsKey(propertyName) != true)
                    throw Errors.Own(ManagementStatus.NotFound);
                // Every access to an embedded object gives a new wrapper around a copy.
                return value is Dictionary<string, object> embedded
                    ? new ManagementBaseObject(new Dictionary<string, object>(embedded, embedded.Comparer)) : value;
            }
            set
            {
                if (types == null)
                    throw new NotSupportedException("This double writes the in parameters of methods only.");
                string name = types.Keys.FirstOrDefault(
                    one => one.Equals(propertyName, StringComparison.OrdinalIgnoreCase));
                if (name == null)
                    throw Errors.Own(ManagementStatus.NotFound);
                values[name] = value == null ? null : Converted(value, (string)types[name]);
            }
        }

        // As System.Management converts at once what is put into a property of a CIM type.
        private static object Converted(object value, string type)
        {
            switch (type)
            {
                case "uint32":
                    return Convert.ToUInt32(value, CultureInfo.InvariantCulture);
                case "boolean":
                    return Convert.ToBoolean(value, CultureInfo.InvariantCulture);
                case "string":
                    return value.ToString();
                case "string[]":
                    return value as string[] ?? ((Array)value).Cast<object>().Select(one => one.ToString()).ToArray();
                default:
                    throw new NotSupportedException("This double does not know the CIM type " + type);
            }
        }

        public PropertyDataCollection Properties
        {
            get
            {
                Fetch();
                IEnumerable<string> names = types == null ? values.Keys : types.Keys;
                return new PropertyDataCollection(
                    names.Select(name => new PropertyData(name, this[name], types?[name] as string)));
            }
        }

        internal Dictionary<string, object> Values => values;

        private protected virtual void Fetch() { }
    }

    public class PropertyData
    {
        internal PropertyData(string name, object value, string type)
        {
            Name = name;
            Value = value;
            IsArray = type == null ? value is Array : type.EndsWith("[]", StringComparison.Ordinal);
        }

        public string Name { get; }

        public object Value { get; }

        public bool IsArray { get; }
    }

    public class PropertyDataCollection : IEnumerable
    {
        private readonly IEnumerable<PropertyData> members;

        internal PropertyDataCollection(IEnumerable<PropertyData> members)
        {
            this.members = members;
        }

        public PropertyData this[string name] => members.FirstOrDefault(
            one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? throw Errors.Own(ManagementStatus.NotFound);

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

        // The class's methods with their in parameters. Its absence is told in System.Management's own words.
        private protected Dictionary<string, object> FetchClass()
        {
            using (Wire wire = new Wire(new Dictionary<string, object> { { "op", "class" }, { "class", className } }))
                return (Dictionary<string, object>)wire.Next().Value;
        }

        public ManagementBaseObject GetMethodParameters(string methodName)
        {
            if (!FetchClass().TryGetValue(methodName, out object inputs))
                throw Errors.Own(ManagementStatus.MethodNotImplemented);
            return new ManagementBaseObject(
                new Dictionary<string, object>(StringComparer.OrdinalIgnoreCase), (Dictionary<string, object>)inputs);
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
            FetchClass();
            return new ManagementObjectCollection(className, null, "instances", options);
        }
    }
}
