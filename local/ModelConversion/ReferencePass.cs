using Scalelab.ModelConversion.Keras;
using Scalelab.ModelConversion.Numbers;

namespace Scalelab.ModelConversion;

/// <summary>Computes a network layer by layer with plain loops in double precision: slow, and easy to see through.</summary>
internal static class ReferencePass
{
    public static Tensor Run(Network network, Tensor input, CancellationToken cancellationToken)
    {
        // What nobody needs any more is let go: a large network's values would not fit beside its weights.
        var last = new int[network.Steps.Count + 1];
        for (var step = 0; step < network.Steps.Count; step++)
        {
            foreach (var value in network.Steps[step].Inputs)
            {
                last[value] = step;
            }
        }
        var values = new Tensor?[network.Steps.Count + 1];
        values[0] = input;
        for (var step = 0; step < network.Steps.Count; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var inputs = network.Steps[step].Inputs;
            values[step + 1] = network.Steps[step].Layer.Run([.. inputs.Select(value => values[value]!)]);
            foreach (var value in inputs.Where(value => last[value] == step && value != network.Output))
            {
                values[value] = null;
            }
        }
        return values[network.Output]!;
    }
}
