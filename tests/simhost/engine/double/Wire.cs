// Copyright (c) 2026 winops.offline_files contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

// The client's side of tests/simhost/wire.py: a connection for each operation, a line of JSON each way.

using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace System.Management
{
    internal sealed class Wire : IDisposable
    {
        private readonly TcpClient client;
        private readonly NetworkStream stream;
        private readonly byte[] buffer = new byte[1 << 16];
        private int start, end;
        private bool isWhole;
        private MemoryStream line = new MemoryStream();

        internal Wire(Dictionary<string, object> request)
        {
            string address = Environment.GetEnvironmentVariable("SIMHOST_WMI");
            if (string.IsNullOrEmpty(address))
                throw new InvalidOperationException("SIMHOST_WMI does not name the simulated WMI (host:port).");
            request["session"] = Environment.GetEnvironmentVariable("SIMHOST_SESSION");
            string[] parts = address.Split(':');
            try
            {
                client = new TcpClient(parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture)) { NoDelay = true };
            }
            catch (SocketException)
            {
                throw Errors.Gone();
            }
            stream = client.GetStream();
            stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(request) + "\n"));
        }

        // Whether the next line comes, or the connection ends, within the time.
        internal bool HasLine(TimeSpan time)
        {
            var clock = System.Diagnostics.Stopwatch.StartNew();
            while (!IsWhole())
            {
                double microseconds = Math.Max(0, (time - clock.Elapsed).TotalMilliseconds) * 1000;
                if (!client.Client.Poll((int)Math.Min(int.MaxValue, microseconds), SelectMode.SelectRead))
                    return false;
                if (!Read())
                    return true;
            }
            return true;
        }

        // The name and value of the next line's one member; waits for it, however long. An error line is thrown.
        internal KeyValuePair<string, object> Next()
        {
            while (!IsWhole())
                if (!Read())
                    throw Errors.Gone();
            byte[] whole = line.ToArray();
            line = new MemoryStream();
            isWhole = false;
            using (JsonDocument document = JsonDocument.Parse(whole))
            {
                JsonProperty member = document.RootElement.EnumerateObject().Single();
                if (member.Name == "error")
                    throw Errors.Make(
                        member.Value.GetProperty("code").GetUInt32(), Text(member.Value.GetProperty("message")),
                        member.Value.GetProperty("kind").GetString());
                return new KeyValuePair<string, object>(member.Name, Value(member.Value));
            }
        }

        public void Dispose() => client.Dispose();

        // Moves what was received to the line, up to its end.
        private bool IsWhole()
        {
            if (isWhole || start == end)
                return isWhole;
            int feed = Array.IndexOf(buffer, (byte)'\n', start, end - start);
            isWhole = feed >= 0;
            int stop = isWhole ? feed : end;
            line.Write(buffer, start, stop - start);
            start = isWhole ? feed + 1 : end;
            return isWhole;
        }

        // False at the end of the connection.
        private bool Read()
        {
            start = 0;
            try
            {
                end = stream.Read(buffer, 0, buffer.Length);
            }
            catch (IOException)
            {
                end = 0;
            }
            return end > 0;
        }

        // As CIM types are seen through System.Management: numbers are uint32 unless they do not fit.
        private static object Value(JsonElement json)
        {
            switch (json.ValueKind)
            {
                case JsonValueKind.Null:
                    return null;
                case JsonValueKind.True:
                    return true;
                case JsonValueKind.False:
                    return false;
                case JsonValueKind.String:
                    return Text(json);
                case JsonValueKind.Number:
                    return json.TryGetUInt32(out uint small) ? small
                        : json.TryGetInt64(out long signed) ? signed : (object)json.GetUInt64();
                case JsonValueKind.Array:
                    var elements = new object[json.GetArrayLength()];
                    int at = 0;
                    foreach (JsonElement element in json.EnumerateArray())
                        elements[at++] = Value(element);
                    // An array has the type of its elements; an empty one of texts is as good as any.
                    return Array.TrueForAll(elements, one => one is string)
                        ? Array.ConvertAll(elements, one => (string)one)
                        : Array.TrueForAll(elements, one => one is uint)
                            ? Array.ConvertAll(elements, one => (uint)one) : (object)elements;
                default:
                    var members = new Dictionary<string, object>(StringComparer.OrdinalIgnoreCase);
                    foreach (JsonProperty member in json.EnumerateObject())
                        members[member.Name] = Value(member.Value);
                    return members;
            }
        }

        private static string Text(JsonElement json)
        {
            try
            {
                return json.GetString();
            }
            catch (InvalidOperationException)
            {
                // Windows' strings may hold lone surrogates; GetString refuses them.
            }
            string raw = json.GetRawText();
            return Regex.Replace(raw.Substring(1, raw.Length - 2), "\\\\(u[0-9a-fA-F]{4}|.)", match =>
            {
                string escape = match.Groups[1].Value;
                if (escape[0] == 'u')
                    return ((char)int.Parse(escape.AsSpan(1), NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString();
                int index = "bfnrt".IndexOf(escape[0]);
                return index < 0 ? escape : "\b\f\n\r\t"[index].ToString();
            });
        }
    }
}
