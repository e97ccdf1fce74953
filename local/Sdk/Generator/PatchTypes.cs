using System.Text.RegularExpressions;

namespace Scalelab.Generator;

/// <summary>The second set of inputs, with which a program changes objects that it does not own: as the first, but nothing is required.</summary>
internal static partial class PatchTypes
{
    /// <summary>The kinds that can be patched and the types inside them, as types of their own.</summary>
    public static IEnumerable<ModelType> From(IReadOnlyList<ModelType> types)
    {
        var byInput = types.ToDictionary(type => type.InputName);
        var pending = new Stack<ModelType>(types.Where(IsPatchable));
        var reached = new HashSet<string>();
        while (pending.TryPop(out var type))
        {
            if (!reached.Add(type.InputName))
            {
                continue;
            }

            var patch = ToPatch(type);
            yield return patch;
            foreach (var member in type.InputMembers.Where(member => !KeepsType(type, member)))
            {
                if (InputName().Match(member.Type.Input) is { Success: true } match && byInput.TryGetValue(match.Value, out var part))
                {
                    pending.Push(part);
                }
            }
        }
    }

    // A list is a request's answer, and the kinds of requests cannot be patched.
    private static bool IsPatchable(ModelType type)
        => type.Kind is { } kind && !kind.EndsWith("List", StringComparison.Ordinal) && kind is not ("Binding" or "Eviction" or "Status");

    private static ModelType ToPatch(ModelType type)
        => type with
        {
            Name = $"{type.Name}Patch",
            Members = [.. type.Members.Select(member => member with
            {
                Name = member.Name == $"{type.Name}Value" ? type.Name : member.Name,
                Type = KeepsType(type, member) ? member.Type : member.Type with { Input = InputName().Replace(member.Type.Input, ToPatchName) },
                IsRequired = false,
            })],
        };

    private static string ToPatchName(Match input)
        => $"{input.Value[..^"Args".Length]}PatchArgs";

    // The values of maps, and a schema's own parts, are whole ones also in a patch.
    private static bool KeepsType(ModelType type, ModelMember member)
        => type.Name == "JSONSchemaProps" || member.Type.Input.StartsWith("global::Pulumi.InputMap<", StringComparison.Ordinal);

    [GeneratedRegex(@"global::Pulumi\.Kubernetes\.Types\.Inputs\.[\w.]+Args")]
    private static partial Regex InputName();
}
