using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Scalelab.Engine.State;

/// <summary>
/// Lines of a journal: each is one change as a whole, JSON behind a checksum. A line that a crash cut off has no end or a wrong sum and
/// does not count. The first line says which state the changes start from, the last one, where there is one, which state they ended in.
/// </summary>
internal sealed class JournalFormat(SnapshotFormat format)
{
    private const int Version = 1;
    private const int SumBytes = 4;
    private const int SumLength = SumBytes * 2;

    /// <summary>The first line.</summary>
    /// <param name="baseHash">Of the state file that the changes start from; empty for none.</param>
    public byte[] Header(string baseHash) => Line(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("journal", Version);
        json.WriteString("base", baseHash);
        format.WriteProvider(json);
        json.WriteEndObject();
    });

    /// <summary>The last line.</summary>
    /// <param name="hash">Of the state file that holds all the changes; empty when there is to be none.</param>
    public static byte[] Closing(string hash) => Line(json =>
    {
        json.WriteStartObject();
        json.WriteString("closed", hash);
        json.WriteEndObject();
    });

    public byte[] Line(IReadOnlyList<StateChange> changes) => Line(json =>
    {
        json.WriteStartArray();
        foreach (var change in changes)
        {
            json.WriteStartObject();
            Write(json, change);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <summary>How much of a journal is whole lines.</summary>
    /// <exception cref="FormatException">It is damaged before its end.</exception>
    public static long WholeLength(ReadOnlyMemory<byte> bytes)
    {
        _ = Lines(bytes, out var length);
        return length;
    }

    /// <summary>Reads a journal as far as it is whole.</summary>
    /// <exception cref="FormatException">It is damaged before its end, or of another version.</exception>
    /// <exception cref="EngineException">A secret cannot be decrypted.</exception>
    public JournalContent? Read(ReadOnlyMemory<byte> bytes)
    {
        var lines = Lines(bytes, out _);
        if (lines.Count == 0)
        {
            return null;
        }

        using var first = JsonDocument.Parse(lines[0]);
        if (JsonFields.Find(first.RootElement, "journal", JsonValueKind.Number)?.GetInt32() != Version)
        {
            throw new FormatException("it was written by another version of the engine");
        }

        var properties = format.PropertiesOf(format.ProviderOf(first.RootElement));
        var resources = new ResourceJson(properties);
        var changes = new List<IReadOnlyList<StateChange>>();
        string? closed = null;
        foreach (var line in lines.Skip(1))
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                closed = Hash(document.RootElement, "closed");
            }
            else
            {
                changes.Add([.. document.RootElement.EnumerateArray().Select(change => Read(change, resources, properties))]);
            }
        }

        return new JournalContent(Hash(first.RootElement, "base"), changes, closed);
    }

    private static string Hash(JsonElement json, string name) => JsonFields.Text(json, name) ?? "";

    private static List<ReadOnlyMemory<byte>> Lines(ReadOnlyMemory<byte> bytes, out long length)
    {
        var lines = new List<ReadOnlyMemory<byte>>();
        length = 0;
        while (bytes.Span.IndexOf((byte)'\n') is var end and >= 0)
        {
            var line = bytes[..end];
            bytes = bytes[(end + 1)..];
            if (!IsWhole(line.Span))
            {
                // Only the end can have been cut off; a wrong line before it is damage.
                return bytes.Span.Contains((byte)'\n') ? throw new FormatException($"line {lines.Count + 1} is damaged") : lines;
            }

            lines.Add(line[(SumLength + 1)..]);
            length += end + 1;
        }

        return lines;
    }

    private static bool IsWhole(ReadOnlySpan<byte> line) =>
        line.Length > SumLength && line[SumLength] == ' ' && line[..SumLength].SequenceEqual(Sum(line[(SumLength + 1)..]));

    private static byte[] Sum(ReadOnlySpan<byte> json) => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(json)[..SumBytes]));

    private static byte[] Line(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, SnapshotFormat.Compact))
        {
            write(json);
        }

        return [.. Sum(buffer.WrittenSpan), (byte)' ', .. buffer.WrittenSpan, (byte)'\n'];
    }

    private void Write(Utf8JsonWriter json, StateChange change)
    {
        switch (change)
        {
            case StateChange.Begin(var number, var operation):
                json.WriteNumber("begin", number);
                json.WritePropertyName("operation");
                format.Write(json, operation);
                break;
            case StateChange.End(var number):
                json.WriteNumber("end", number);
                break;
            case StateChange.Take(var left, var state):
                json.WriteNumber("take", left ?? -1);
                WriteResource(json, state);
                break;
            case StateChange.Swap(var left, var state):
                json.WriteNumber("swap", left);
                WriteResource(json, state);
                break;
            case StateChange.Drop(var left):
                json.WriteNumber("drop", left);
                break;
            case StateChange.Rename(var old, var now):
                json.WriteString("rename", old.Value);
                json.WriteString("now", now.Value);
                break;
            case StateChange.Outputs(var done, var values):
                json.WriteNumber("outputs", done);
                json.WritePropertyName("values");
                format.Write(json, values);
                break;
        }
    }

    private void WriteResource(Utf8JsonWriter json, ResourceState? state)
    {
        if (state is not null)
        {
            json.WritePropertyName("resource");
            format.Write(json, state);
        }
    }

    private static StateChange Read(JsonElement json, ResourceJson resources, PropertyJson properties)
    {
        var resource = JsonFields.Find(json, "resource", JsonValueKind.Object) is { } found ? resources.Read(found) : null;
        return json.EnumerateObject().First() switch
        {
            { Name: "begin", Value: var number } => new StateChange.Begin(number.GetInt32(), SnapshotFormat.ReadOperation(resources, json.GetProperty("operation"))),
            { Name: "end", Value: var number } => new StateChange.End(number.GetInt32()),
            { Name: "take", Value: var left } => new StateChange.Take(left.GetInt32() is var index and >= 0 ? index : null, resource),
            { Name: "swap", Value: var left } when resource is not null => new StateChange.Swap(left.GetInt32(), resource),
            { Name: "drop", Value: var left } => new StateChange.Drop(left.GetInt32()),
            { Name: "rename" } when JsonFields.Urn(json, "rename") is { } old && JsonFields.Urn(json, "now") is { } now => new StateChange.Rename(old, now),
            { Name: "outputs", Value: var done } => new StateChange.Outputs(done.GetInt32(), properties.ReadMap(json.GetProperty("values"))),
            var other => throw new FormatException($"'{other.Name}' is not a change"),
        };
    }
}

/// <param name="BaseHash">Of the state file that the changes start from; empty for none.</param>
/// <param name="Changes">In their order; the steps of each happened at once.</param>
/// <param name="ClosedHash">Of the state file that holds all of them; null while they go on.</param>
internal sealed record JournalContent(string BaseHash, IReadOnlyList<IReadOnlyList<StateChange>> Changes, string? ClosedHash);
