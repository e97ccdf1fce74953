using System.Buffers;
using Scalelab.ModelServer.Pictures;

namespace Scalelab.ModelServer.Inference;

/// <summary>Predicts the class of encoded pictures, as many at a time as there are cores, and large ones one after the other.</summary>
public sealed class Predictor(Classifier classifier, PictureLimits limits, PodIdentity pod, TimeProvider time) : IDisposable
{
    private readonly Preprocessor _preprocessor = new(classifier.Model);
    private readonly SemaphoreSlim _cores = new(Environment.ProcessorCount);
    private readonly SemaphoreSlim _large = new(1);

    /// <exception cref="PictureException">The picture cannot be used.</exception>
    public async Task<Prediction> PredictAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        using var encoded = EncodedPicture.Open(bytes, limits);
        // The large turn first: whoever waits for it must not hold a core meanwhile.
        using var large = encoded.Pixels > limits.LargePixels ? await TakeAsync(_large, cancellationToken) : null;
        using var core = await TakeAsync(_cores, cancellationToken);
        return Predict(encoded);
    }

    public void Dispose()
    {
        _cores.Dispose();
        _large.Dispose();
    }

    private static async Task<IDisposable> TakeAsync(SemaphoreSlim turns, CancellationToken cancellationToken)
    {
        await turns.WaitAsync(cancellationToken);
        return new Turn(turns);
    }

    private Prediction Predict(EncodedPicture encoded)
    {
        var started = time.GetTimestamp();
        var probabilities = Probabilities(encoded);
        var elapsed = time.GetElapsedTime(started);
        ClassProbability[] classes =
            [.. classifier.Model.Labels.Zip(probabilities, (label, probability) => new ClassProbability(label, probability)).OrderByDescending(c => c.Probability)];
        return new Prediction(classes[0].Label, classes[0].Probability, classes, elapsed.TotalSeconds, pod.Name);
    }

    private float[] Probabilities(EncodedPicture encoded)
    {
        var input = ArrayPool<float>.Shared.Rent(_preprocessor.Length);
        try
        {
            var numbers = input.AsMemory(0, _preprocessor.Length);
            using (var picture = encoded.Decode())
            {
                _preprocessor.Prepare(picture, numbers.Span);
            }
            return classifier.Run(numbers);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(input);
        }
    }

    private sealed class Turn(SemaphoreSlim turns) : IDisposable
    {
        public void Dispose() => turns.Release();
    }
}
