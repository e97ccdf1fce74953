using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Api.Rest;

/// <summary>From what a client wrote to the form that is stored: decoded by the kind's schema, then with the kind's defaults.</summary>
internal static class Defaulting
{
    /// <summary>What came from a client, decoded. Unknown fields are dropped, and refused or warned of as the request says.</summary>
    /// <param name="duplicates">What the parser found twice; reported with the unknown fields.</param>
    /// <exception cref="ApiException">400.</exception>
    public static JsonObject Decode(ResourceDefinition definition, JsonObject source, FieldValidation validation, IEnumerable<string> duplicates, ICollection<string> warnings)
    {
        var problems = validation == FieldValidation.Ignore ? null : new List<string>(duplicates);
        JsonObject decoded;
        try
        {
            decoded = ObjectDecoder.Decode(source, definition.Schema, problems);
        }
        catch (DecodeException error)
        {
            throw ApiErrors.BadRequest($"{definition.Kind} in version \"{definition.Version}\" cannot be handled as a {definition.Kind}: {error.Message}");
        }
        catch (FormatException error)
        {
            throw ApiErrors.BadRequest($"{definition.Kind} in version \"{definition.Version}\" cannot be handled as a {definition.Kind}: {error.Message}");
        }

        Report(definition, problems, validation, warnings);
        return decoded;
    }

    /// <summary>Refuses or warns of unknown and duplicate fields.</summary>
    public static void Report(ResourceDefinition definition, IReadOnlyCollection<string>? problems, FieldValidation validation, ICollection<string> warnings)
    {
        if (problems is not { Count: > 0 })
        {
            return;
        }

        if (validation == FieldValidation.Strict)
        {
            throw ApiErrors.BadRequest(
                $"{definition.Kind} in version \"{definition.Version}\" cannot be handled as a {definition.Kind}: strict decoding error: {Join(problems)}");
        }

        foreach (var problem in problems)
        {
            warnings.Add(problem);
        }
    }

    /// <summary>Duplicate keys of a YAML document come from its parser, which lists them under a heading of its own.</summary>
    private static string Join(IReadOnlyCollection<string> problems)
    {
        var fromYaml = problems.Where(problem => problem.StartsWith("line ", StringComparison.Ordinal)).ToList();
        return fromYaml.Count == 0
            ? string.Join(", ", problems)
            : string.Join(", ", problems.Except(fromYaml).Prepend("yaml: unmarshal errors:\n  " + string.Join("\n  ", fromYaml)));
    }

    /// <summary>Fills in the defaults of the kind, in place.</summary>
    public static void Apply(ResourceDefinition definition, JsonObject value) => definition.Default?.Invoke(value);
}
