using System.Text;
using Google.Protobuf;

namespace Scalelab.Engine.Providers.Docker.Building;

/// <summary>
/// Reads BuildKit's progress: messages of the type moby.buildkit.v1.StatusResponse (field 1 the steps, 3 their output). Of a step only its
/// first mention is told; it comes again when it starts and when it ends.
/// </summary>
internal sealed class BuildKitTrace
{
    private readonly HashSet<string> _told = [];

    /// <summary>The lines that a message adds.</summary>
    /// <exception cref="InvalidProtocolBufferException">It is none.</exception>
    public IReadOnlyList<string> Read(byte[] message)
    {
        var lines = new List<string>();
        var input = new CodedInputStream(message);
        while (input.ReadTag() is not 0 and var tag)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1:
                    AddStep(Fields(input.ReadBytes()), lines);
                    break;
                case 3:
                    lines.Add(Encoding.UTF8.GetString(Fields(input.ReadBytes()).GetValueOrDefault(4, [])));
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return lines;
    }

    // A vertex: 1 its digest, 3 its name, 4 whether it was cached, 7 its error.
    private void AddStep(Dictionary<int, byte[]> step, List<string> lines)
    {
        var (id, name) = (Encoding.UTF8.GetString(step.GetValueOrDefault(1, [])), Encoding.UTF8.GetString(step.GetValueOrDefault(3, [])));
        if (_told.Add(id))
        {
            lines.Add(name);
        }

        if (step.ContainsKey(4) && _told.Add($"{id} cached"))
        {
            lines.Add($"{name} (cached)");
        }

        if (step.TryGetValue(7, out var error))
        {
            lines.Add(Encoding.UTF8.GetString(error));
        }
    }

    private static Dictionary<int, byte[]> Fields(ByteString message)
    {
        var fields = new Dictionary<int, byte[]>();
        var input = message.CreateCodedInput();
        while (input.ReadTag() is not 0 and var tag)
        {
            if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
            {
                fields[WireFormat.GetTagFieldNumber(tag)] = input.ReadBytes().ToByteArray();
            }
            else
            {
                fields[WireFormat.GetTagFieldNumber(tag)] = [];
                input.SkipLastField();
            }
        }

        return fields;
    }
}
