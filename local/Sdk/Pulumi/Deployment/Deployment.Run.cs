using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Pulumirpc;

namespace Pulumi;

public sealed partial class Deployment
{
    // Any other failure the CLI reports itself, with the program's last lines.
    private const int ExitCodeErrorWasShown = 32;
    private const int ExitCodeFailed = 1;

    /// <summary>Runs a program that declares its resources in <paramref name="action"/>.</summary>
    /// <returns>The exit code for Main: 0, or 32 after an error that was shown, or 1.</returns>
    public static Task<int> RunAsync(Action action)
        => RunAsync(() =>
        {
            action();
            return ImmutableDictionary<string, object?>.Empty;
        });

    /// <summary>Runs a program that declares its resources in <paramref name="func"/> and returns the stack's outputs.</summary>
    /// <inheritdoc cref="RunAsync(Action)"/>
    public static Task<int> RunAsync(Func<IDictionary<string, object?>> func)
        => RunAsync(() => Task.FromResult(func()));

    /// <summary>Runs a program that declares its resources in <paramref name="func"/>.</summary>
    /// <inheritdoc cref="RunAsync(Action)"/>
    public static Task<int> RunAsync(Func<Task> func)
        => RunAsync(async () =>
        {
            await func().ConfigureAwait(false);
            return ImmutableDictionary<string, object?>.Empty;
        });

    /// <summary>Runs a program that declares its resources in <paramref name="func"/> and returns the stack's outputs.</summary>
    /// <inheritdoc cref="RunAsync(Action)"/>
    public static Task<int> RunAsync(Func<Task<IDictionary<string, object?>>> func, StackOptions? options = null)
        => RunProgramAsync(() => new Stack(func, options));

    /// <summary>Runs a program that declares its resources in the constructor of <typeparamref name="TStack"/>.</summary>
    /// <inheritdoc cref="RunAsync(Action)"/>
    public static Task<int> RunAsync<TStack>()
        where TStack : Stack, new()
        => RunProgramAsync(Construct<TStack>);

    /// <summary>Runs a program that declares its resources in the constructor of a stack that <paramref name="serviceProvider"/> makes.</summary>
    /// <inheritdoc cref="RunAsync(Action)"/>
    public static Task<int> RunAsync<TStack>(IServiceProvider serviceProvider)
        where TStack : Stack
        => RunProgramAsync(() => Resolve<TStack>(serviceProvider));

    // Async, so that the current deployment is set for the program and its continuations only, not for the caller.
    private static async Task<int> RunProgramAsync(Func<Stack> createStack)
    {
        var settings = ProgramSettings.FromEnvironment();
        var deployment = new Deployment(settings, new GrpcMonitor(settings.MonitorAddress), new GrpcEngine(settings.EngineAddress));
        Ambient.Value = deployment;
        var exitCode = await deployment.RunToEndAsync(createStack).ConfigureAwait(false);

        // For programs whose Main does not return the code.
        Environment.ExitCode = exitCode;
        return exitCode;
    }

    private static TStack Construct<TStack>()
        where TStack : Stack
        => (TStack)Activator.CreateInstance(typeof(TStack), BindingFlags.DoNotWrapExceptions, binder: null, args: null, culture: null)!;

    private static TStack Resolve<TStack>(IServiceProvider serviceProvider)
        where TStack : Stack
    {
        ArgumentNullException.ThrowIfNull(serviceProvider);
        return serviceProvider.GetService(typeof(TStack)) as TStack
            ?? throw new InvalidOperationException($"The service provider has no {typeof(TStack)}; register the stack with it.");
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a program throws is shown to the user.")]
    private async Task<int> RunToEndAsync(Func<Stack> createStack)
    {
        try
        {
            var stack = createStack();
            if (stack.GetType() != typeof(Stack))
            {
                stack.RegisterPropertyOutputs();
            }

            Tasks.Add(stack.ProgramOutputs.DataTask);
        }
        catch (Exception e)
        {
            return await ShowAsync([e]).ConfigureAwait(false);
        }

        var failures = await Tasks.WaitAsync().ConfigureAwait(false);
        if (failures.Count > 0)
        {
            return await ShowAsync(failures).ConfigureAwait(false);
        }

        if (Logger.HasErrors)
        {
            return ExitCodeFailed;
        }

        try
        {
            await _monitor.SignalAndWaitForShutdownAsync().ConfigureAwait(false);
            return 0;
        }
        catch (Exception e)
        {
            return await ShowAsync([e]).ConfigureAwait(false);
        }
    }

    private async Task<int> ShowAsync(IReadOnlyList<Exception> failures)
    {
        var exitCode = ExitCodeFailed;
        foreach (var failure in failures)
        {
            try
            {
                // Telling the engine that it could not be told would fail again, and again.
                if (failure is LogException)
                {
                    throw failure;
                }

                var resource = (failure as ResourceException)?.Resource;
                await Logger.LogAsync(LogSeverity.Error, Describe(failure), resource).ConfigureAwait(false);
                exitCode = ExitCodeErrorWasShown;
            }
            catch (LogException e)
            {
                await Console.Error.WriteLineAsync(failure == e ? e.ToString() : $"{e.Message}{Environment.NewLine}{failure}").ConfigureAwait(false);
            }
        }

        return exitCode;
    }

    private static string Describe(Exception failure)
        => failure switch
        {
            RunException or ResourceException { HideStack: true } => failure.Message,
            ResourceException => failure.ToString(),
            _ => $"The program '{Assembly.GetEntryAssembly()?.Location}' failed with an unhandled exception:{Environment.NewLine}{failure}",
        };
}
