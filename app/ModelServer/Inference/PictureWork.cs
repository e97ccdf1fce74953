using System.Runtime.InteropServices;
using Scalelab.ModelServer.Admission;
using Scalelab.ModelServer.Models;
using Scalelab.ModelServer.Pictures;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Inference;

/// <summary>A run on one picture: decoding and resizing are part of it, because they take as much of a core as the network does.</summary>
/// <param name="model">A model with model.json.</param>
/// <param name="picture">The picture, its header read.</param>
/// <param name="phases">Where the time goes is written.</param>
/// <param name="isLarge">Whether its pixels take so much memory that no other such picture may be decoded beside it.</param>
/// <param name="batches">Whether it may run with others.</param>
/// <param name="arena">Where its numbers are written.</param>
internal sealed class PictureWork(LoadedModel model, EncodedPicture picture, Phases phases, bool isLarge, bool batches, TensorArena arena) : Work(model, phases)
{
    /// <summary>The probability of each label, in the order of the labels, once the work is done.</summary>
    public float[] Probabilities { get; private set; } = [];

    public override object? BatchKey => batches && Model.Network.TakesBatches ? Model : null;

    public override bool IsLarge => isLarge;

    public override IReadOnlyList<Tensor> Prepare()
    {
        var numbers = arena.Rent(Model.Preprocessor!.Length * sizeof(float));
        using var decoded = picture.Decode(Model.Preprocessor.Smallest(picture));
        Model.Preprocessor.Prepare(decoded, (picture.Width, picture.Height), MemoryMarshal.Cast<byte, float>(numbers.Span));
        return [Model.Classifier!.Input(numbers)];
    }

    public override void Take(Outputs outputs)
    {
        using (outputs)
        {
            Probabilities = Model.Classifier!.Probabilities(outputs);
        }
    }
}
