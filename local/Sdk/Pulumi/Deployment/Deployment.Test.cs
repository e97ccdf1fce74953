using System.Collections.Immutable;
using Pulumi.Testing;

namespace Pulumi;

public sealed partial class Deployment
{
    /// <summary>Runs a stack against mocks.</summary>
    /// <returns>Every resource, the stack included, in the order of registration.</returns>
    /// <exception cref="RunException">The program failed, or logged an error.</exception>
    /// <exception cref="AggregateException">It did so more than once.</exception>
    public static Task<ImmutableArray<Resource>> TestAsync<TStack>(IMocks mocks, TestOptions? options = null)
        where TStack : Stack, new()
        => RunTestAsync(mocks, options, Construct<TStack>);

    /// <inheritdoc cref="TestAsync{TStack}(IMocks, TestOptions)"/>
    public static Task<ImmutableArray<Resource>> TestWithServiceProviderAsync<TStack>(
        IMocks mocks, IServiceProvider serviceProvider, TestOptions? options = null)
        where TStack : Stack
        => RunTestAsync(mocks, options, () => Resolve<TStack>(serviceProvider));

    /// <summary>Runs a function that declares resources against mocks.</summary>
    /// <returns>Every resource but the stack, in the order of registration, and what the function returns.</returns>
    /// <inheritdoc cref="TestAsync{TStack}(IMocks, TestOptions)"/>
    public static async Task<(ImmutableArray<Resource> Resources, IDictionary<string, object?> Outputs)> TestAsync(
        IMocks testMocks, TestOptions testOptions, Func<Task<IDictionary<string, object?>>> createResources)
    {
        IDictionary<string, object?>? outputs = null;
        var resources = await RunTestAsync(testMocks, testOptions, () => new Pulumi.Stack(RunAsync, options: null)).ConfigureAwait(false);
        return ([.. resources.Where(resource => resource is not Pulumi.Stack)], outputs!);

        async Task<IDictionary<string, object?>> RunAsync()
            => outputs = await createResources().ConfigureAwait(false);
    }

    /// <inheritdoc cref="TestAsync(IMocks, TestOptions, Func{Task{IDictionary{string, object}}})"/>
    public static Task<(ImmutableArray<Resource> Resources, IDictionary<string, object?> Outputs)> TestAsync(
        IMocks testMocks, TestOptions testOptions, Func<IDictionary<string, object?>> createResources)
        => TestAsync(testMocks, testOptions, () => Task.FromResult(createResources()));

    /// <summary>Runs a function that declares resources against mocks.</summary>
    /// <returns>Every resource but the stack, in the order of registration.</returns>
    /// <inheritdoc cref="TestAsync{TStack}(IMocks, TestOptions)"/>
    public static async Task<ImmutableArray<Resource>> TestAsync(IMocks testMocks, TestOptions testOptions, Func<Task> createResources)
    {
        var (resources, _) = await TestAsync(testMocks, testOptions, RunAsync).ConfigureAwait(false);
        return resources;

        async Task<IDictionary<string, object?>> RunAsync()
        {
            await createResources().ConfigureAwait(false);
            return new Dictionary<string, object?>();
        }
    }

    /// <inheritdoc cref="TestAsync(IMocks, TestOptions, Func{Task})"/>
    public static Task<ImmutableArray<Resource>> TestAsync(IMocks testMocks, TestOptions testOptions, Action createResources)
        => TestAsync(testMocks, testOptions, () =>
        {
            createResources();
            return Task.CompletedTask;
        });

    private static async Task<ImmutableArray<Resource>> RunTestAsync(IMocks mocks, TestOptions? options, Func<Stack> createStack)
    {
        var engine = new MockEngine();
        var settings = new ProgramSettings
        {
            Project = options?.ProjectName ?? "project",
            Stack = options?.StackName ?? "stack",
            Organization = options?.OrganizationName ?? "organization",
            RootDirectory = options?.RootDirectory,
            IsDryRun = options?.IsPreview ?? true,
            MonitorAddress = "",
            EngineAddress = "",
        };
        var monitor = new MockMonitor(mocks, settings.Project, settings.Stack);
        var deployment = new Deployment(settings, monitor, engine);
        Ambient.Value = deployment;
        await deployment.RunToEndAsync(createStack).ConfigureAwait(false);
        return engine.Errors switch
        {
            [] => monitor.Resources,
            [var error] => throw new RunException(error),
            var errors => throw new AggregateException(errors.Select(error => new RunException(error))),
        };
    }
}
