using Scalelab.ModelServer.Admission;
using Scalelab.ModelServer.Metrics;
using Scalelab.ModelServer.Models;
using Scalelab.ModelServer.Pictures;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Inference;

/// <summary>Runs models for the protocols: on pictures, or on tensors.</summary>
internal sealed class Predictor(WorkQueue queue, AdmissionSettings settings, PictureLimits limits, ServerMetrics metrics, TimeProvider time)
{
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(250);

    /// <summary>Pictures that are worked on at once for one request.</summary>
    public int PicturesAtOnce => queue.Workers * settings.MaxBatchSize;

    /// <summary>
    /// Refuses before a byte of the body is read when there would be no place afterwards. A refusal takes a moment: clients that come again at
    /// once, by the hundred, would otherwise take the cores from those that are being answered.
    /// </summary>
    /// <exception cref="RequestException">The queue is full (503).</exception>
    public async ValueTask RefuseWhenFullAsync(CancellationToken cancellationToken)
    {
        try
        {
            queue.RefuseWhenFull();
        }
        catch (RequestException)
        {
            await Task.Delay(Breath, time, cancellationToken);
            throw;
        }
    }

    /// <summary>Counts a request as in flight until the returned value is disposed of.</summary>
    public ServerMetrics.InFlight Enter() => metrics.Enter();

    /// <summary>Counts an answered request.</summary>
    public void Answered(LoadedModel model, Phases phases) => metrics.Answered(model.Name, phases);

    /// <summary>Predicts the class of one picture.</summary>
    /// <returns>The probability of each label, in the order of the labels.</returns>
    /// <exception cref="RequestException">The model takes no pictures (400), the picture cannot be used (4xx), or the queue is full (503).</exception>
    public async Task<float[]> PredictAsync(LoadedModel model, ReadOnlyMemory<byte> picture, Phases phases, CancellationToken cancellationToken)
    {
        if (model.Classifier is null)
        {
            throw RequestException.Bad(
                $"Model '{model.Name}' takes tensors, not pictures.",
                $"Send it tensors: POST /v1/models/{model.Name}:predict or /v2/models/{model.Name}/infer. With a model.json beside its network it takes pictures.");
        }
        using var encoded = EncodedPicture.Open(picture, limits);
        using var arena = new TensorArena();
        var work = new PictureWork(model, encoded, phases, IsLarge(model, encoded), settings.MaxBatchSize > 1, arena);
        await queue.RunAsync(work, cancellationToken);
        return work.Probabilities;
    }

    /// <summary>Runs a model on tensors.</summary>
    /// <returns>What the network gave; whoever gets it disposes of it.</returns>
    /// <exception cref="RequestException">The tensors do not fit the model (400), or the queue is full (503).</exception>
    public async Task<Outputs> RunAsync(LoadedModel model, IReadOnlyList<Tensor> inputs, Phases phases, CancellationToken cancellationToken)
    {
        TensorChecks.Check(model.Network.Inputs, inputs);
        var work = new TensorWork(model, inputs, phases, settings.MaxBatchSize > 1);
        await queue.RunAsync(work, cancellationToken);
        return work.Outputs!;
    }

    // A picture that is decoded at a reduced size may still be held whole by its decoder, at half of what its pixels would take.
    private bool IsLarge(LoadedModel model, EncodedPicture picture) =>
        picture.PixelsAt(model.Preprocessor!.Smallest(picture)) > limits.LargePixels || picture.Pixels > 4 * limits.LargePixels;
}
