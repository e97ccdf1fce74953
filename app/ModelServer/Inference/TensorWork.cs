using Scalelab.ModelServer.Admission;
using Scalelab.ModelServer.Models;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Inference;

/// <summary>A run on tensors that are there already.</summary>
/// <param name="model">What runs.</param>
/// <param name="inputs">Checked against the model's inputs.</param>
/// <param name="phases">Where the time goes is written.</param>
/// <param name="batches">Whether it may run with others.</param>
internal sealed class TensorWork(LoadedModel model, IReadOnlyList<Tensor> inputs, Phases phases, bool batches) : Work(model, phases)
{
    /// <summary>What the network gave; whoever awaited the work disposes of it.</summary>
    public Outputs? Outputs { get; private set; }

    public override object? BatchKey { get; } = batches && model.Network.TakesBatches ? Key(model, inputs) : null;

    public override IReadOnlyList<Tensor> Prepare() => inputs;

    public override void Take(Outputs outputs) => Outputs = outputs;

    // The same version of a model, and inputs that are alike but for the number of rows, which is the same in all of them.
    private static BatchOf? Key(LoadedModel model, IReadOnlyList<Tensor> inputs) => inputs.All(input => input.Shape[0] == inputs[0].Shape[0])
        ? new BatchOf(model, string.Join(';', inputs.Select(input => $"{input.Name}{Shape.Text(input.Shape.Skip(1))}")))
        : null;

    private sealed record BatchOf(LoadedModel Model, string Shapes);
}
