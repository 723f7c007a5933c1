// Copyright (c) 2026 winops.offline_files contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

// What the double takes of System.Text.Json, for .NET Framework, which has none: over its own JavaScriptSerializer.

using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Web.Script.Serialization;

namespace System.Text.Json
{
    internal enum JsonValueKind { Undefined, Object, Array, String, Number, True, False, Null }

    internal struct JsonProperty
    {
        public string Name { get; set; }
        public JsonElement Value { get; set; }
    }

    internal struct JsonElement
    {
        private readonly object value;

        internal JsonElement(object value) { this.value = value; }

        public JsonValueKind ValueKind =>
            value == null ? JsonValueKind.Null
            : value is bool truth ? (truth ? JsonValueKind.True : JsonValueKind.False)
            : value is string ? JsonValueKind.String
            : value is IDictionary ? JsonValueKind.Object
            : value is IEnumerable ? JsonValueKind.Array : JsonValueKind.Number;

        // The serializer gives int, long, decimal or, for the biggest, double.
        private decimal Number => Convert.ToDecimal(value, CultureInfo.InvariantCulture);

        public JsonElement GetProperty(string name) => new JsonElement(((IDictionary<string, object>)value)[name]);
        public string GetString() => (string)value;
        public string GetRawText() => new JavaScriptSerializer().Serialize(value);
        public uint GetUInt32() => (uint)Number;
        public ulong GetUInt64() => (ulong)Number;
        public int GetArrayLength() => ((ICollection)value).Count;

        public bool TryGetUInt32(out uint number)
        {
            bool fits = Number >= uint.MinValue && Number <= uint.MaxValue;
            number = fits ? (uint)Number : 0;
            return fits;
        }

        public bool TryGetInt64(out long number)
        {
            bool fits = Number >= long.MinValue && Number <= long.MaxValue;
            number = fits ? (long)Number : 0;
            return fits;
        }

        public IEnumerable<JsonElement> EnumerateArray() =>
            ((IEnumerable)value).Cast<object>().Select(one => new JsonElement(one));

        public IEnumerable<JsonProperty> EnumerateObject() =>
            ((IDictionary<string, object>)value).Select(
                one => new JsonProperty { Name = one.Key, Value = new JsonElement(one.Value) });
    }

    internal sealed class JsonDocument : IDisposable
    {
        public JsonElement RootElement { get; private set; }

        public static JsonDocument Parse(byte[] utf8)
        {
            object told = Serializer().DeserializeObject(Encoding.UTF8.GetString(utf8));
            return new JsonDocument { RootElement = new JsonElement(told) };
        }

        public void Dispose() { }

        internal static JavaScriptSerializer Serializer() =>
            new JavaScriptSerializer { MaxJsonLength = int.MaxValue, RecursionLimit = 1000 };
    }

    internal static class JsonSerializer
    {
        public static string Serialize(object value) => JsonDocument.Serializer().Serialize(value);
    }
}

namespace System.Management
{
    internal static class Framework
    {
        internal static void Write(this Stream stream, byte[] bytes) => stream.Write(bytes, 0, bytes.Length);

        internal static string AsSpan(this string text, int start) => text.Substring(start);
    }
}
