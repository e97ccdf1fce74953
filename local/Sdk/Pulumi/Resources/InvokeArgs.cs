namespace Pulumi;

/// <summary>Base of the arguments of provider functions.</summary>
public abstract class InvokeArgs : InputArgs
{
    public static readonly InvokeArgs Empty = new None();

    private sealed class None : InvokeArgs;
}
