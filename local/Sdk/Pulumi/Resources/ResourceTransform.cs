using System.Collections.Immutable;

namespace Pulumi;

/// <summary>
/// Changes a resource's inputs and options once the inputs are there and before the engine sees them. Unlike a
/// <see cref="ResourceTransformation"/> it may wait.
/// </summary>
/// <returns>What to register instead; null for no change.</returns>
public delegate Task<ResourceTransformResult?> ResourceTransform(ResourceTransformArgs args, CancellationToken cancellationToken = default);

/// <summary>
/// The resource about to be registered. Arguments are by wire name and plain: numbers are double, lists and maps immutable ones of object.
/// What is secret or not known yet is an <c>Output&lt;object&gt;</c> in its place.
/// </summary>
public readonly struct ResourceTransformArgs
{
    public ResourceTransformArgs(
        string name, string type, bool custom, ImmutableDictionary<string, object?> args, ResourceOptions options)
    {
        Name = name;
        Type = type;
        Custom = custom;
        Args = args;
        Options = options;
    }

    public string Name { get; }

    public string Type { get; }

    /// <summary>Whether a provider manages it; a component otherwise.</summary>
    public bool Custom { get; }

    public ImmutableDictionary<string, object?> Args { get; }

    public ResourceOptions Options { get; }
}

/// <summary>What to register instead. A parent other than before is not taken over.</summary>
public readonly struct ResourceTransformResult
{
    public ResourceTransformResult(ImmutableDictionary<string, object?> args, ResourceOptions options)
    {
        Args = args;
        Options = options;
    }

    public ImmutableDictionary<string, object?> Args { get; }

    public ResourceOptions Options { get; }
}
