using Scalelab.Engine.Updates;

namespace Scalelab.Engine.Programs;

/// <summary>Runs the built program as a process that calls back.</summary>
internal sealed class ProgramRunner(TimeProvider time) : IProgramRunner
{
    private static readonly TimeSpan TimeToConnect = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Notice = TimeSpan.FromSeconds(20);

    public async Task RunAsync(UpdateOptions options, ResolvedConfig config, bool preview, Registrar registrar, UpdateControl control, EventStream events)
    {
        var assembly = ProgramLocator.Find(options);
        var stack = Urn.ForStack(options.Stack, options.Project.Name);
        var connection = new ProgramConnection(time);
        using var monitor = new MonitorService(registrar, connection);
        await using var server = new ProgramServer();
        await using var program = ProgramProcess.Start(
            assembly,
            options.Project.ProgramFolder,
            ProgramEnvironment.Create(options, config, preview, server.Address),
            connection,
            events,
            stack);
        await server.StartAsync(monitor, new EngineService(control, events, connection), control.Stopping);
        await SuperviseAsync(program, connection, assembly, stack, registrar, control, events);
        await control.IdleAsync();
    }

    private async Task SuperviseAsync(ProgramProcess program, ProgramConnection connection, string assembly, Urn stack, Registrar registrar, UpdateControl control, EventStream events)
    {
        try
        {
            if (await WaitForEndAsync(program, connection, stack, events, control.Stopping) is not { } code)
            {
                Fail(connection.HasCalled
                    ? $"The program {assembly} has neither called the engine nor printed anything for {LongestSilence.TotalMinutes:0} minutes, and is ended. Look for something that it waits for and that never comes."
                    : $"The program {assembly} did not call the engine within {TimeToConnect.TotalSeconds:0} seconds. Its Main must return Deployment.RunAsync(...) at once; look for what it does before.");
                return;
            }

            if (control.Stopping.IsCancellationRequested)
            {
                return;
            }

            if (code != 0)
            {
                FailWith(code);
            }
            else if (!registrar.HasStack)
            {
                Fail($"The program {assembly} ended without declaring a stack. Its Main must be: return await Deployment.RunAsync<YourStack>();");
            }
        }
        catch (OperationCanceledException) when (control.Stopping.IsCancellationRequested)
        {
            // Something failed or the user cancelled: operations that run are waited for, then the program is ended.
        }

        void FailWith(int code)
        {
            // It has logged the reason itself (the SDK exits with 32 or 1 then); anything more would be noise.
            if (events.HasErrors)
            {
                control.Abort();
                return;
            }

            var errors = program.LastErrors;
            Fail($"The program {assembly} failed with exit code {code}." + (errors.Length > 0 ? $" Its last lines:{Environment.NewLine}{errors}" : " It printed no error."));
        }

        void Fail(string message)
        {
            events.Error(message);
            control.Abort();
        }
    }

    /// <summary>The program's exit code; null when it was silent for too long.</summary>
    private async Task<int?> WaitForEndAsync(ProgramProcess program, ProgramConnection connection, Urn stack, EventStream events, CancellationToken stopping)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var exit = program.WaitAsync(waiting.Token);
        try
        {
            while (await Task.WhenAny(exit, Task.Delay(Notice, time, waiting.Token)) != exit)
            {
                stopping.ThrowIfCancellationRequested();
                var silence = connection.Silence;
                if (silence >= (connection.HasCalled ? LongestSilence : TimeToConnect))
                {
                    return null;
                }

                if (silence >= Notice)
                {
                    events.Info($"waiting for the program: nothing heard of it for {silence.TotalSeconds:0} s", stack);
                }
            }

            return await exit;
        }
        finally
        {
            await waiting.CancelAsync();
        }
    }
}
