using System.Collections.Immutable;

namespace Pulumi;

/// <summary>Code that the engine runs when an operation on a resource failed.</summary>
/// <param name="args">The resource and what happened so far.</param>
/// <param name="cancellationToken">Ends with the update.</param>
/// <returns>Whether to try the operation again.</returns>
public delegate Task<bool> ErrorHookCallback(ErrorHookArgs args, CancellationToken cancellationToken = default);

/// <summary>A named callback for failures, bound to resources by <see cref="ResourceHookBinding.OnError"/>.</summary>
public class ErrorHook
{
    /// <param name="name">Unique in the program.</param>
    /// <param name="callback">What to run.</param>
    public ErrorHook(string name, ErrorHookCallback callback)
        : this(name, callback, Deployment.CurrentOrThrow.RegisterHook(name))
    {
    }

    /// <summary>For hooks that are registered in another way; <paramref name="registered"/> tells when they are.</summary>
    protected ErrorHook(string name, ErrorHookCallback callback, Task registered)
    {
        Name = name;
        Callback = callback;
        Registered = registered;
    }

    public string Name { get; }

    public ErrorHookCallback Callback { get; }

    internal Task Registered { get; }
}

/// <summary>The resource whose operation failed, and the errors so far, the latest first.</summary>
public class ErrorHookArgs
{
    public ErrorHookArgs(
        string urn,
        string id,
        string name,
        string type,
        ImmutableDictionary<string, object?>? newInputs = null,
        ImmutableDictionary<string, object?>? oldInputs = null,
        ImmutableDictionary<string, object?>? oldOutputs = null,
        string failedOperation = "",
        IReadOnlyList<string>? errors = null)
    {
        Urn = urn;
        Id = id;
        Name = name;
        Type = type;
        NewInputs = newInputs;
        OldInputs = oldInputs;
        OldOutputs = oldOutputs;
        FailedOperation = failedOperation;
        Errors = errors ?? [];
    }

    public string Urn { get; }

    public string Id { get; }

    public string Name { get; }

    public string Type { get; }

    public ImmutableDictionary<string, object?>? NewInputs { get; }

    public ImmutableDictionary<string, object?>? OldInputs { get; }

    public ImmutableDictionary<string, object?>? OldOutputs { get; }

    /// <summary><c>create</c>, <c>update</c> or <c>delete</c>.</summary>
    public string FailedOperation { get; }

    public IReadOnlyList<string> Errors { get; }
}
