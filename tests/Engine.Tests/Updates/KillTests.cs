using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Tests.Support;

namespace Scalelab.Engine.Tests.Updates;

/// <summary>
/// As <see cref="CrashTests"/>, with an engine in a process of its own, many operations at once, and a real kill. That process is this
/// test assembly again, told by its environment which update to run; the cloud is a file.
/// </summary>
public sealed class KillTests
{
    private const string FolderVariable = "SCALELAB_KILL_FOLDER";
    private const string ProgramVariable = "SCALELAB_KILL_PROGRAM";
    private const string Marker = "effect ";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Up_AfterKills_Converges()
    {
        using var folder = new TestFolder();
        var random = new Random(7);
        foreach (var program in new[] { 0, 1, 2, 3, 0 })
        {
            await RunAsync(folder.Path, program, killAtEffect: random.Next(1, 8));
        }

        Assert.Equal(0, await RunAsync(folder.Path, program: 2, killAtEffect: int.MaxValue));

        using var expected = new TestStack();
        await expected.UpAsync(CrashTests.Programs[2]);
        using var stack = new TestStack(folder: folder.Path);
        Assert.Equal(expected.Cloud.Resources.Keys.Order(), new FileOfCloud(folder.Path).Read().Select(resource => resource.Key).Order());
        Assert.Null(stack.State.FindProblem());
        Assert.Empty(stack.State.PendingOperations);
        Assert.False(File.Exists(stack.JournalPath));
    }

    /// <summary>Runs in the other process only.</summary>
    [Fact(Explicit = true)]
    public async Task Engine_OfTheKillTests_RunsOneUpdate()
    {
        var folder = Environment.GetEnvironmentVariable(FolderVariable) ?? throw new InvalidOperationException($"{FolderVariable} is not set.");
        using var stack = new TestStack(folder: folder);
        var file = new FileOfCloud(folder);
        foreach (var (id, outputs) in file.Read())
        {
            stack.Cloud.Resources[id] = outputs;
        }

        stack.Cloud.After = operation =>
        {
            file.Write(stack.Cloud.Resources);
            Console.WriteLine(Marker + operation);
        };
        var program = int.Parse(Environment.GetEnvironmentVariable(ProgramVariable)!, CultureInfo.InvariantCulture);
        var result = await stack.UpAsync(CrashTests.Programs[program]);

        Assert.True(result.Succeeded, string.Join('\n', stack.Events.Errors));
    }

    private static async Task<int> RunAsync(string folder, int program, int killAtEffect)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["-method", $"*{nameof(Engine_OfTheKillTests_RunsOneUpdate)}", "-explicit", "only", "-noColor"])
        {
            RedirectStandardOutput = true,
            Environment = { [FolderVariable] = folder, [ProgramVariable] = program.ToString(CultureInfo.InvariantCulture) },
        };
        using var process = Process.Start(start)!;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Deadline);
        try
        {
            var effects = 0;
            while (await process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
            {
                effects += line.StartsWith(Marker, StringComparison.Ordinal) ? 1 : 0;
                if (effects >= killAtEffect)
                {
                    break;
                }
            }
        }
        finally
        {
            if (killAtEffect != int.MaxValue)
            {
                process.Kill();
            }
        }

        await process.WaitForExitAsync(deadline.Token);
        return process.ExitCode;
    }

    /// <summary>The resources of a cloud that outlives the process, written as a whole.</summary>
    private sealed class FileOfCloud(string folder)
    {
        private readonly Lock _lock = new();
        private readonly string _path = Path.Combine(folder, "cloud.json");

        public IEnumerable<KeyValuePair<string, PropertyMap>> Read() => !File.Exists(_path)
            ? []
            : JsonNode.Parse(File.ReadAllText(_path))!.AsObject().Select(entry => KeyValuePair.Create(entry.Key, PlainJson.FromJson((JsonObject)entry.Value!)));

        public void Write(IEnumerable<KeyValuePair<string, PropertyMap>> resources)
        {
            lock (_lock)
            {
                File.WriteAllText($"{_path}.new", new JsonObject(resources.Select(resource => KeyValuePair.Create(resource.Key, (JsonNode?)PlainJson.ToJson(resource.Value)))).ToJsonString());
                File.Move($"{_path}.new", _path, overwrite: true);
            }
        }
    }
}
