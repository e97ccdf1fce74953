using System.Collections.Immutable;

namespace Pulumi;

/// <summary>Changes the arguments and options of a provider's function before it is called.</summary>
/// <returns>What to call it with instead; null for no change.</returns>
public delegate Task<InvokeTransformResult?> InvokeTransform(InvokeTransformArgs args, CancellationToken cancellationToken = default);

/// <summary>The call about to be made; arguments as in <see cref="ResourceTransformArgs"/>.</summary>
public readonly struct InvokeTransformArgs
{
    public InvokeTransformArgs(string token, ImmutableDictionary<string, object?> args, InvokeOptions options)
    {
        Token = token;
        Args = args;
        Options = options;
    }

    public string Token { get; }

    public ImmutableDictionary<string, object?> Args { get; }

    public InvokeOptions Options { get; }
}

/// <summary>What to call the function with instead.</summary>
public readonly struct InvokeTransformResult
{
    public InvokeTransformResult(ImmutableDictionary<string, object?> args, InvokeOptions options)
    {
        Args = args;
        Options = options;
    }

    public ImmutableDictionary<string, object?> Args { get; }

    public InvokeOptions Options { get; }
}
