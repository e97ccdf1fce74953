namespace Pulumi;

/// <summary>A value or an output of one: what a resource takes.</summary>
public class Input<T> : IInput
{
    private readonly Output<T>? _output;

    private protected Input()
    {
    }

    private protected Input(Output<T> output)
        => _output = output ?? throw new ArgumentNullException(nameof(output));

    private protected virtual Output<T> Value => _output!;

    public static implicit operator Input<T>(T value)
        => new(Output.Create(value));

    public static implicit operator Input<T>(Output<T> value)
        => new(value);

    public static implicit operator Output<T>(Input<T> input)
        => input.Value;

    IOutput IInput.ToOutput()
        => Value;

    IOutput IInput.ToWire()
        => ToWire();

    private protected virtual IOutput ToWire()
        => Value;
}
