namespace Pulumi;

/// <summary>Base of the arguments of methods that components offer.</summary>
public abstract class CallArgs : InputArgs
{
    public static readonly CallArgs Empty = new None();

    private sealed class None : CallArgs;
}
