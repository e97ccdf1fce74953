using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Kinds;
using Scalelab.Cluster.Api.Patch;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Api.Http;

/// <summary>
/// What becomes of kind and apiVersion that a merge or JSON patch changes: the patched JSON is read as the type that it then names
/// (apiserver's jsonPatcher decodes it into the internal type). A strategic merge patch knows its type and takes no notice of them.
/// </summary>
internal static class PatchedType
{
    private const string Scheme = "pkg/api/legacyscheme/scheme.go:30";

    /// <summary>What is wrong with the type that a patched built-in object names; null when nothing is.</summary>
    public static string? Problem(ResourceDefinition definition, JsonObject patched)
    {
        foreach (var field in (ReadOnlySpan<string>)["kind", "apiVersion"])
        {
            if (WrongType(patched, field) is { } problem)
            {
                return problem;
            }
        }

        var (kind, version) = (patched.Text("kind") ?? "", patched.Text("apiVersion") ?? "");
        if (version.Count(character => character == '/') > 1)
        {
            return $"unexpected GroupVersion string: {version}";
        }

        if (kind.Length == 0 || (kind == definition.Kind && (version.Length == 0 || version == definition.ApiVersion)))
        {
            return null;
        }

        var other = KindRegistry.All.FirstOrDefault(candidate => candidate.Kind == kind && (version.Length == 0 ? candidate.Group == definition.Group : candidate.ApiVersion == version));
        return other is null
            ? $"no kind \"{kind}\" is registered for {(version.Length == 0 ? $"the internal version of group \"{definition.Group}\"" : $"version \"{version}\"")} in scheme \"{Scheme}\""
            : KindRegistry.Conversion(other, definition.ApiVersion) is null
                ? $"converting ({other.Version}.{kind}) to ({InternalPackage(definition)}.{definition.Kind}): unknown conversion"
                : null;
    }

    /// <summary>The message of Go's decoder where a type field is no text; null where it is one or absent.</summary>
    public static string? WrongType(JsonObject value, string field) => value[field] is { } node && node.GetValueKind() is var type && type != System.Text.Json.JsonValueKind.String
        ? $"couldn't get version/kind; json parse error: json: cannot unmarshal {GoFormat.KindOf(node)} into Go struct field .{field} of type string"
        : null;

    /// <summary>The patched object in the version of the definition, where it names another version of the same kind; otherwise as it is.</summary>
    public static JsonObject InVersion(ResourceDefinition definition, JsonObject patched)
    {
        var version = patched.Text("apiVersion") ?? "";
        if (version.Length == 0 || version == definition.ApiVersion || (patched.Text("kind") is { Length: > 0 } kind && kind != definition.Kind))
        {
            return patched;
        }

        var other = KindRegistry.All.FirstOrDefault(candidate => candidate.ApiVersion == version && candidate.Plural == definition.Plural);
        return other is null || KindRegistry.Conversion(other, definition.ApiVersion) is not { } conversion ? patched : conversion.Convert(ObjectDecoder.Decode(patched, other.Schema));
    }

    /// <summary>Adds what is wrong with the type that a patched custom object names.</summary>
    public static void Check(ResourceDefinition definition, JsonObject patched, FieldErrors errors)
    {
        if (patched.Text("kind") is var kind && kind != definition.Kind)
        {
            errors.Invalid("kind", kind ?? "", $"must be {definition.Kind}");
        }

        if (patched.Text("apiVersion") is var version && version != definition.ApiVersion)
        {
            errors.Invalid("apiVersion", version ?? "", $"must be {definition.ApiVersion}");
        }
    }

    private static string InternalPackage(ResourceDefinition definition) =>
        definition.Group.Length == 0 ? "core" : definition.Group.Split('.')[0];
}
