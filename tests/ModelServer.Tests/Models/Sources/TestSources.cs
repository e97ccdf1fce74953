using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Scalelab.ModelServer.Inference;
using Scalelab.ModelServer.Models.Sources;

namespace Scalelab.ModelServer.Tests.Models.Sources;

/// <summary>Sources with a cache of their own, a clock that jumps over every pause, and no environment but the test's.</summary>
internal sealed class TestSources : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("model-sources-");
    private readonly Dictionary<string, string> _variables;

    public TestSources(Func<ModelSourceOptions, ModelSourceOptions>? configure = null, params (string Name, string Value)[] variables)
    {
        _variables = variables.ToDictionary(variable => variable.Name, variable => variable.Value);
        var options = new ModelSourceOptions { CacheFolder = Cache, Variable = name => _variables.GetValueOrDefault(name) };
        Sources = new ModelSources(configure?.Invoke(options) ?? options, Time, Log);
    }

    /// <summary>Advances by itself whenever somebody waits: pauses between attempts take no time.</summary>
    public JumpingTime Time { get; } = new();

    public ListLogger<ModelSources> Log { get; } = new();

    public ModelSources Sources { get; }

    public string Cache => Path.Combine(_folder.FullName, "cache");

    /// <summary>A folder of the test's own.</summary>
    public string Scratch => Directory.CreateDirectory(Path.Combine(_folder.FullName, "scratch")).FullName;

    public Task<string> FetchAsync(object uri) => Sources.FetchAsync($"{uri}", TestContext.Current.CancellationToken);

    /// <summary>What is wrong; the test fails when nothing is.</summary>
    public async Task<string> RefusalAsync(object uri) => (await Assert.ThrowsAsync<ModelException>(() => FetchAsync(uri))).Message;

    public void Dispose()
    {
        Sources.Dispose();
        _folder.Delete(recursive: true);
    }
}

/// <summary>Keeps what is logged.</summary>
internal sealed class ListLogger<T> : ILogger<T>
{
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines)
        {
            _lines.Add(formatter(state, exception));
        }
    }
}

/// <summary>A clock on which pauses are over at once, and deadlines come when a test says so.</summary>
internal sealed class JumpingTime : FakeTimeProvider
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(25);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime <= LongestPause && dueTime > TimeSpan.Zero)
        {
            Pauses.Add(dueTime);
            return System.CreateTimer(callback, state, TimeSpan.FromMilliseconds(1), period);
        }
        return base.CreateTimer(callback, state, dueTime, period);
    }

    public System.Collections.Concurrent.ConcurrentBag<TimeSpan> Pauses { get; } = [];
}
