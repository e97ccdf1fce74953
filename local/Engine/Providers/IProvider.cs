using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers;

/// <summary>
/// Manages the resources of one package, after Pulumi's ResourceProvider service. Secrets arrive in clear, and the engine marks what came
/// of them. Operations run concurrently. They throw <see cref="ProviderException"/> for what the user must know, and
/// <see cref="PartialFailureException"/> when a resource exists but is not what it should be.
/// </summary>
internal interface IProvider : IAsyncDisposable
{
    /// <summary>Validates inputs and fills in defaults.</summary>
    Task<CheckResult> CheckAsync(CheckRequest request, CancellationToken cancellationToken);

    /// <summary>Says whether, and how, the new inputs make a difference.</summary>
    Task<DiffResult> DiffAsync(DiffRequest request, CancellationToken cancellationToken);

    Task<CreateResult> CreateAsync(CreateRequest request, CancellationToken cancellationToken);

    /// <summary>Looks a resource up; null when there is none.</summary>
    Task<ReadResult?> ReadAsync(ReadRequest request, CancellationToken cancellationToken);

    /// <returns>The outputs.</returns>
    Task<PropertyMap> UpdateAsync(UpdateRequest request, CancellationToken cancellationToken);

    /// <summary>Returns when the resource is gone; one that is gone already is no error.</summary>
    Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken);

    /// <summary>Whether the provider can say what a resource is now; else its record is all there is.</summary>
    bool CanRefresh(Urn urn) => true;

    Task<InvokeResult> InvokeAsync(string token, PropertyMap arguments, CancellationToken cancellationToken);

    /// <summary>The id that a creation with these inputs would have led to; null when the inputs do not tell. It resolves interrupted creations.</summary>
    string? FindId(Urn urn, PropertyMap inputs);
}

/// <param name="Urn">The resource.</param>
/// <param name="OldInputs">As checked last time; null when there was no last time or the resource is replaced.</param>
/// <param name="NewInputs">As the program gave them.</param>
internal sealed record CheckRequest(Urn Urn, PropertyMap? OldInputs, PropertyMap NewInputs);

/// <param name="Inputs">With defaults.</param>
/// <param name="Failures">Empty when the inputs are valid.</param>
internal sealed record CheckResult(PropertyMap Inputs, IReadOnlyList<CheckFailure> Failures)
{
    public static CheckResult Valid(PropertyMap inputs) => new(inputs, []);
}

/// <param name="Property">The input, as a path; empty when it is about none.</param>
/// <param name="Reason">What is wrong and what would be right.</param>
internal sealed record CheckFailure(string Property, string Reason);

internal sealed record DiffRequest(Urn Urn, string Id, PropertyMap OldInputs, PropertyMap OldOutputs, PropertyMap NewInputs)
{
    /// <summary>What the program leaves to others; the new inputs already repeat the old ones there.</summary>
    public IReadOnlyList<PropertyPath> IgnoreChanges { get; init; } = [];
}

/// <param name="HasChanges">Whether anything needs to be done.</param>
/// <param name="ReplacePaths">Which inputs changed that cannot be changed in place.</param>
/// <param name="DeleteBeforeReplace">The new resource cannot exist beside the old one.</param>
internal sealed record DiffResult(bool HasChanges, IReadOnlyList<PropertyPath> ReplacePaths, bool DeleteBeforeReplace = false)
{
    public static DiffResult None { get; } = new(HasChanges: false, []);

    /// <summary>What exactly differs, in clear; null when it is what old and new inputs differ in.</summary>
    public IReadOnlyList<PropertyDifference>? Differences { get; init; }

    /// <summary>The usual answer: every difference counts, and some paths cannot be changed in place.</summary>
    public static DiffResult Compare(PropertyMap oldInputs, PropertyMap newInputs, params PropertyPath[] immutable)
    {
        var differences = PropertyDiff.Compare(oldInputs, newInputs);
        return new DiffResult(
            differences.Count > 0,
            [.. differences.Select(difference => difference.Path).Where(path => immutable.Any(pattern => pattern.Touches(path)))]);
    }
}

/// <param name="Urn">The resource.</param>
/// <param name="Inputs">As checked; in a preview they may contain unknowns.</param>
/// <param name="Timeout">As the program asked for; null means the provider's default.</param>
/// <param name="Preview">Foretell the outputs and touch nothing. The id is not looked at.</param>
internal sealed record CreateRequest(Urn Urn, PropertyMap Inputs, TimeSpan? Timeout, bool Preview);

internal sealed record CreateResult(string Id, PropertyMap Outputs);

/// <param name="Urn">The resource.</param>
/// <param name="Id">Its identifier.</param>
/// <param name="Inputs">What is known of it; may be empty.</param>
internal sealed record ReadRequest(Urn Urn, string Id, PropertyMap Inputs)
{
    /// <summary>What the state says of it; empty when it is looked up for the first time.</summary>
    public PropertyMap Outputs { get; init; } = PropertyMap.Empty;
}

internal sealed record ReadResult(string Id, PropertyMap Outputs)
{
    /// <summary>The inputs that would lead to what the resource is now; null when the provider cannot tell.</summary>
    public PropertyMap? Inputs { get; init; }
}

/// <inheritdoc cref="CreateRequest"/>
internal sealed record UpdateRequest(
    Urn Urn,
    string Id,
    PropertyMap OldInputs,
    PropertyMap OldOutputs,
    PropertyMap NewInputs,
    IReadOnlyList<PropertyPath> IgnoreChanges,
    TimeSpan? Timeout,
    bool Preview);

internal sealed record DeleteRequest(Urn Urn, string Id, PropertyMap Inputs, PropertyMap Outputs, TimeSpan? Timeout);

internal sealed record InvokeResult(PropertyMap Return, IReadOnlyList<CheckFailure> Failures);
