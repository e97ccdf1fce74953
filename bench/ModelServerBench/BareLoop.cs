using System.Diagnostics;
using System.Globalization;
using Scalelab.ModelServer.Inference;
using Scalelab.ModelServer.Pictures;

namespace Scalelab.ModelServerBench;

/// <summary>What no server can beat: threads that decode, prepare and classify a picture from memory, again and again.</summary>
internal static class BareLoop
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(8);

    /// <summary>Prints pictures per second and the middle time of one in milliseconds.</summary>
    public static void Run(string model, string picture, int threads)
    {
        using var classifier = Classifier.Load(model);
        var preprocessor = new Preprocessor(classifier.Model);
        var (bytes, limits) = (File.ReadAllBytes(picture), new PictureLimits());
        Together(WarmUp);
        var times = Together(Duration).Order().ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{times.Count / Duration.TotalSeconds} {times[times.Count / 2]}"));

        IEnumerable<double> Together(TimeSpan duration)
        {
            var times = new List<double>[threads];
            var workers = Enumerable.Range(0, threads).Select(index => new Thread(() => times[index] = Alone(duration))).ToList();
            workers.ForEach(worker => worker.Start());
            workers.ForEach(worker => worker.Join());
            return times.SelectMany(one => one);
        }

        List<double> Alone(TimeSpan duration)
        {
            var (times, input) = (new List<double>(), new float[preprocessor.Length]);
            for (var begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin) < duration;)
            {
                var started = Stopwatch.GetTimestamp();
                using (var encoded = EncodedPicture.Open(bytes, limits))
                using (var decoded = encoded.Decode(preprocessor.Smallest(encoded)))
                {
                    preprocessor.Prepare(decoded, (encoded.Width, encoded.Height), input);
                }

                classifier.Run(input);
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }

            return times;
        }
    }
}
