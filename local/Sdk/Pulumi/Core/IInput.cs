namespace Pulumi;

/// <summary>An input whose type is not known at compile time.</summary>
internal interface IInput
{
    /// <summary>The value as one output, with the taints of every part.</summary>
    IOutput ToOutput();

    /// <summary>The value as it is sent: the elements of lists and maps keep their own taints.</summary>
    IOutput ToWire();
}
