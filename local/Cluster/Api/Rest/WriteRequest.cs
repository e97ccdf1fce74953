namespace Scalelab.Cluster.Api.Rest;

/// <summary>What every write carries besides the object.</summary>
internal sealed record WriteRequest
{
    public required UserInfo User { get; init; }

    /// <summary>The manager in managedFields: the query parameter, or the first part of the user agent.</summary>
    public required string FieldManager { get; init; }

    /// <summary>Go through everything and store nothing.</summary>
    public bool DryRun { get; init; }

    public FieldValidation FieldValidation { get; init; } = FieldValidation.Warn;

    /// <summary>The subresource that is written: empty for the object itself, or <c>status</c>, <c>scale</c>, ….</summary>
    public string Subresource { get; init; } = "";

    /// <summary>True for server-side apply, which keeps managedFields itself.</summary>
    public bool IsApply { get; init; }

    /// <summary>Texts for Warning headers.</summary>
    public List<string> Warnings { get; init; } = [];
}

/// <summary>What happens with fields that the kind does not have.</summary>
internal enum FieldValidation
{
    Ignore,
    Warn,
    Strict,
}
