using System.Collections.Immutable;

namespace Pulumi;

/// <summary>Code that the engine runs before or after an operation on a resource.</summary>
/// <param name="args">The resource and its state before and after.</param>
/// <param name="cancellationToken">Ends with the update.</param>
public delegate Task ResourceHookCallback(ResourceHookArgs args, CancellationToken cancellationToken = default);

/// <summary>A named callback, bound to resources by <see cref="ResourceOptions.Hooks"/>.</summary>
public class ResourceHook
{
    /// <param name="name">Unique in the program.</param>
    /// <param name="callback">What to run.</param>
    /// <param name="options">When to run it.</param>
    public ResourceHook(string name, ResourceHookCallback callback, ResourceHookOptions? options = null)
        : this(name, callback, options ?? new ResourceHookOptions(), Deployment.CurrentOrThrow.RegisterHook(name))
    {
    }

    /// <summary>For hooks that are registered in another way; <paramref name="registered"/> tells when they are.</summary>
    protected ResourceHook(string name, ResourceHookCallback callback, ResourceHookOptions options, Task registered)
    {
        Name = name;
        Callback = callback;
        Options = options;
        Registered = registered;
    }

    public string Name { get; }

    public ResourceHookCallback Callback { get; }

    public ResourceHookOptions Options { get; }

    internal Task Registered { get; }
}

/// <summary>When a hook runs.</summary>
public class ResourceHookOptions
{
    /// <summary>While previewing, too. Default: false.</summary>
    public bool? OnDryRun { get; set; }

    /// <summary>Shows what the hook throws as a warning instead of failing the update. Default: false.</summary>
    public bool? IgnoreErrors { get; set; }
}

/// <summary>The resource that a hook runs for; inputs and outputs are there as far as the operation has them.</summary>
public class ResourceHookArgs
{
    public ResourceHookArgs(
        string urn,
        string id,
        string name,
        string type,
        ImmutableDictionary<string, object?>? newInputs = null,
        ImmutableDictionary<string, object?>? oldInputs = null,
        ImmutableDictionary<string, object?>? newOutputs = null,
        ImmutableDictionary<string, object?>? oldOutputs = null)
    {
        Urn = urn;
        Id = id;
        Name = name;
        Type = type;
        NewInputs = newInputs;
        OldInputs = oldInputs;
        NewOutputs = newOutputs;
        OldOutputs = oldOutputs;
    }

    public string Urn { get; }

    public string Id { get; }

    public string Name { get; }

    public string Type { get; }

    public ImmutableDictionary<string, object?>? NewInputs { get; }

    public ImmutableDictionary<string, object?>? OldInputs { get; }

    public ImmutableDictionary<string, object?>? NewOutputs { get; }

    public ImmutableDictionary<string, object?>? OldOutputs { get; }
}
