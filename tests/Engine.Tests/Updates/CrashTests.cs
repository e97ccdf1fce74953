using Scalelab.Engine.Events;
using Scalelab.Engine.Properties;
using Scalelab.Engine.State;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Updates;

/// <summary>
/// The engine dies: before and after everything that it does to the cloud, and with the end of its journal lost. Whatever it left, the next
/// update makes of it what the program declares, nothing twice, nothing forgotten, nothing pending.
/// </summary>
public sealed class CrashTests
{
    private const int FewestPoints = 200;
    private const int RestCheckedEvery = 4;
    private const int DestroyedEvery = 5;

    // Creations, updates, both kinds of replacement with what depends on them, deletions; and a destroy of it all.
    internal static readonly Func<ProgramClient, Task>[] Programs = [Program(0), Program(1), Program(2), Program(3)];

    [Fact]
    public async Task Up_AfterACrashAnywhere_Converges()
    {
        var images = await CrashesAsync();

        TestContext.Current.TestOutputHelper?.WriteLine($"{images.Count} points");
        Assert.True(images.Count >= FewestPoints, $"only {images.Count} points");
        var expected = new List<Dictionary<string, PropertyMap>>();
        foreach (var program in Programs)
        {
            using var stack = new TestStack { Parallel = 1 };
            await stack.UpAsync(program);
            expected.Add(new Dictionary<string, PropertyMap>(stack.Cloud.Resources));
        }

        await Parallel.ForEachAsync(images.Index(), TestContext.Current.CancellationToken, async (crash, _) =>
        {
            var (image, next, point) = crash.Item;
            await ConvergeAsync(image, Programs[next], expected[next], isToRest: crash.Index % RestCheckedEvery == 0, $"{point}, then up {next}");
        });
    }

    [Fact]
    public async Task Destroy_AfterACrashAnywhere_LeavesNothing()
    {
        foreach (var (image, _, point) in (await CrashesAsync()).Where((_, index) => index % DestroyedEvery == 0))
        {
            using var stack = Restored(image);
            var result = await stack.DestroyAsync();

            Assert.True(result.Succeeded, $"{point}: {string.Join('\n', stack.Events.Errors)}");
            Assert.True(stack.Cloud.Resources.IsEmpty, $"{point}: left {string.Join(", ", stack.Cloud.Resources.Keys)}");
            Assert.False(File.Exists(stack.StatePath) || File.Exists(stack.JournalPath), point);
        }
    }

    [Fact]
    public async Task Up_AfterACrashInWhichARetainedResourceWasForgotten_DoesNotDeleteIt()
    {
        using var stack = new TestStack();
        await stack.UpAsync(Retained(true));
        StateImage? image = null;
        stack.AtStep = step => image = step.Kind == StepKind.Delete ? StateImage.Take(stack) : image;
        await stack.UpAsync(Retained(false));
        Assert.NotNull(image);
        stack.AtStep = null;
        image.RestoreWithCloud(stack);

        await stack.UpAsync(Retained(false));

        Assert.Equal("kept", Assert.Single(stack.Cloud.Resources).Key);

        static Func<ProgramClient, Task> Retained(bool isDeclared) => async program =>
        {
            await program.StackAsync();
            if (isDeclared)
            {
                await program.RegisterAsync("a", Map(("id", "kept")), options: request => request.RetainOnDelete = true);
            }
        };
    }

    private static async Task ConvergeAsync(StateImage image, Func<ProgramClient, Task> program, Dictionary<string, PropertyMap> expected, bool isToRest, string point)
    {
        using var stack = Restored(image);
        var interrupted = stack.State.PendingOperations.Where(operation => operation.Type == OperationType.Creating).Select(operation => operation.Resource.Urn).ToHashSet();
        var oldHalves = stack.State.Resources.Where(resource => resource.Delete || interrupted.Contains(resource.Urn)).Select(resource => resource.Id).ToHashSet();

        var result = await stack.UpAsync(program);

        Assert.True(result.Succeeded, $"{point}: {string.Join('\n', stack.Events.Errors)}");
        Assert.True(expected.Keys.ToHashSet().SetEquals(stack.Cloud.Resources.Keys), $"{point}: {string.Join(", ", stack.Cloud.Resources.Keys)}");
        // Only a program that goes back to a name whose old half still lives may create what is there.
        Assert.True(oldHalves.IsSupersetOf(stack.Cloud.Overwritten), $"{point}: created twice: {string.Join(", ", stack.Cloud.Overwritten)}");
        Assert.All(stack.Cloud.Resources, resource => Assert.Equal(expected[resource.Key], resource.Value));
        Assert.Null(stack.State.FindProblem());
        Assert.Empty(stack.State.PendingOperations);
        Assert.False(isToRest && (await stack.UpAsync(program)).HasChanges, $"{point}: not at rest");
    }

    private static TestStack Restored(StateImage image)
    {
        var stack = new TestStack { Parallel = 1 };
        image.RestoreWithCloud(stack);
        return stack;
    }

    // What is on disk and in the cloud at every point of one life of a stack, and with the last lines of the journal torn.
    private static async Task<List<(StateImage Image, int Next, string Point)>> CrashesAsync()
    {
        var images = new List<(StateImage, int, string)>();
        var random = new Random(1);
        using var stack = new TestStack { Parallel = 1 };
        for (var i = 0; i <= Programs.Length; i++)
        {
            var run = i;
            void Take(string point)
            {
                var image = StateImage.Take(stack);
                images.Add((image, run % Programs.Length, $"up {run}, {point}"));
                // What an operation's beginning says is on disk before it has any effect.
                if (image.JournalLength > 0 && !point.StartsWith("after", StringComparison.Ordinal))
                {
                    images.Add((image.TornLastLine(random), images.Count % Programs.Length, $"up {run}, {point}, torn"));
                }
            }

            stack.Cloud.During = (operation, _) =>
            {
                Take($"before {operation}");
                return Task.CompletedTask;
            };
            stack.Cloud.After = operation => Take($"after {operation}");
            stack.AtStep = step => Take($"recorded {step.Kind} {step.Urn.Name}");
            var result = i < Programs.Length ? await stack.UpAsync(Programs[i]) : await stack.DestroyAsync();
            Assert.True(result.Succeeded, string.Join('\n', stack.Events.Errors));
        }

        return images;
    }

    private static Func<ProgramClient, Task> Program(int version) => async program =>
    {
        await program.StackAsync();
        // Replaced side by side, with something that uses it.
        var a = await program.RegisterAsync("a", Map(("id", $"a-{version / 2}"), ("fixedPlace", version / 2), ("size", version)));
        await program.RegisterAsync("b", Map(("id", "b"), ("uses", (PropertyValue)a.Id)), options: request => request.PropertyDependencies["uses"].Urns.Add(a.Urn));
        // Replaced in its own place, with what has to go with it.
        var c = await program.RegisterAsync("c", Map(("id", "c"), ("exclusive", true), ("fixedPlace", version)));
        await program.RegisterAsync("d", Map(("id", $"d-{version}"), ("fixedOwner", (PropertyValue)$"{c.Id}-{version}")), options: request => request.PropertyDependencies["fixedOwner"].Urns.Add(c.Urn));
        // Comes and goes.
        for (var i = version % 2; i < 3 + version; i += 2)
        {
            await program.RegisterAsync($"e{i}", Map(("id", $"e{i}"), ("size", version)), dependsOn: [a.Urn]);
        }
    };
}
