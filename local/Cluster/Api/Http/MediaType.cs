using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Scalelab.Cluster.Api.Http;

/// <summary>The form of an answer.</summary>
internal enum AnswerShape
{
    Object,
    Table,
    PartialObjectMetadata,
}

/// <summary>What a client accepts, settled against what the server can give.</summary>
internal sealed record MediaType
{
    public const string Json = "application/json";
    public const string Yaml = "application/yaml";
    public const string Protobuf = "application/vnd.kubernetes.protobuf";
    private const string Available = Json + ", " + Yaml + ", " + Protobuf;
    private const string AvailableStreams = Available + ", " + Json + ";stream=watch, " + Protobuf + ";stream=watch";

    public static readonly MediaType Default = new();

    public AnswerShape Shape { get; init; }

    public bool IsYaml { get; init; }

    /// <summary>Protobuf where the kind has such a form, JSON where not.</summary>
    public bool IsProtobuf { get; init; }

    /// <summary>True where the stored bytes, which are JSON, are the answer.</summary>
    public bool IsPlainJson => Shape == AnswerShape.Object && !IsYaml && !IsProtobuf;

    /// <summary>The version of meta.k8s.io for Tables and partial objects.</summary>
    public string ShapeVersion { get; init; } = "v1";

    public string ContentType => IsYaml ? Yaml : Json;

    /// <summary>Settles an Accept header for a resource.</summary>
    /// <param name="watchable">True for collections, whose routes also offer streams.</param>
    /// <param name="shapes">True where Tables and PartialObjectMetadata can be given.</param>
    public static MediaType Negotiate(HttpRequest request, bool watchable, bool shapes)
    {
        var accept = request.Headers.Accept.ToString();
        if (accept.Length == 0 || accept == Json)
        {
            return Default;
        }

        var clauses = Parse(accept);
        if (!clauses.Any(clause => clause.Name is Json or Yaml or Protobuf or "*/*"))
        {
            throw ApiErrors.UnroutableAccept(watchable ? AvailableStreams : Available);
        }

        foreach (var clause in clauses)
        {
            if (clause.Name is not (Json or Yaml or Protobuf or "*/*" or "application/*"))
            {
                continue;
            }

            switch (clause.Parameter("as"))
            {
                case null when clause.Name == Protobuf:
                    return new MediaType { IsProtobuf = true };
                case not null when clause.Name == Protobuf:
                    break;
                case null:
                    return new MediaType { IsYaml = clause.Name == Yaml };
                case "Table" when shapes && clause.Parameter("v") is "v1" or "v1beta1" && clause.Parameter("g") == "meta.k8s.io":
                    return new MediaType { IsYaml = clause.Name == Yaml, Shape = AnswerShape.Table, ShapeVersion = clause.Parameter("v")! };
                case "PartialObjectMetadata" or "PartialObjectMetadataList" when shapes && clause.Parameter("v") is "v1" or "v1beta1" && clause.Parameter("g") == "meta.k8s.io":
                    return new MediaType { IsYaml = clause.Name == Yaml, Shape = AnswerShape.PartialObjectMetadata, ShapeVersion = clause.Parameter("v")! };
            }
        }

        throw ApiErrors.NotAcceptable(Available);
    }

    /// <summary>The clauses of an Accept header, the preferred first.</summary>
    public static IReadOnlyList<MediaClause> Parse(string accept) => [.. accept.Split(',')
        .Select(MediaClause.Parse)
        .OrderByDescending(clause => double.TryParse(clause.Parameter("q"), NumberStyles.Float, CultureInfo.InvariantCulture, out var quality) ? quality : 1)];
}

/// <summary>One alternative of an Accept header.</summary>
internal sealed record MediaClause(string Name, IReadOnlyDictionary<string, string> Parameters)
{
    public string? Parameter(string name) => Parameters.GetValueOrDefault(name);

    public static MediaClause Parse(string text)
    {
        var parts = text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var parameters = new Dictionary<string, string>();
        foreach (var part in parts.Skip(1))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                parameters[part[..equals].Trim()] = part[(equals + 1)..].Trim();
            }
        }

        return new MediaClause(parts.Length > 0 ? parts[0].ToLowerInvariant() : "", parameters);
    }
}
