using System.Collections.Concurrent;
using System.Globalization;

namespace Scalelab.Engine.Tests.Lifecycle;

/// <summary>Many random lives of stacks. <c>SCALELAB_LIVES</c> says how many, <c>SCALELAB_SEED</c> with which to begin.</summary>
public sealed class LifecyclePropertyTests
{
    private const int Lives = 4_000;

    [Fact]
    public async Task Life_OfARandomStack_KeepsItsPromises()
    {
        var lives = Setting("SCALELAB_LIVES", Lives);
        var seed = Setting("SCALELAB_SEED", 1);
        var failures = new ConcurrentDictionary<int, Exception>();
        await Parallel.ForEachAsync(
            Enumerable.Range(seed, lives),
            TestContext.Current.CancellationToken,
            async (each, _) =>
            {
                try
                {
                    await new Simulation(each).RunAsync();
                }
                catch (InvalidOperationException e)
                {
                    failures[each] = e;
                }
            });

        // The shortest story is the easiest to understand.
        Assert.True(failures.IsEmpty, $"{failures.Count} of {lives} lives failed, among them {failures.Values.MinBy(failure => failure.Message.Length)?.Message}");
    }

    private static int Setting(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
