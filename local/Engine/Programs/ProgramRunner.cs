using Scalelab.Engine.Updates;

namespace Scalelab.Engine.Programs;

/// <summary>Runs the built program as a process that calls back.</summary>
internal sealed class ProgramRunner(TimeProvider time) : IProgramRunner
{
    private static readonly TimeSpan TimeToConnect = TimeSpan.FromSeconds(60);

    public async Task RunAsync(UpdateOptions options, ResolvedConfig config, bool preview, Registrar registrar, UpdateControl control, EventStream events)
    {
        var assembly = ProgramLocator.Find(options);
        var stack = Urn.ForStack(options.Stack, options.Project.Name);
        var connection = new ProgramConnection();
        await using var server = await ProgramServer.StartAsync(
            new MonitorService(registrar, connection),
            new EngineService(control, events, connection),
            control.Stopping);
        await using var program = ProgramProcess.Start(
            assembly,
            options.Project.ProgramFolder,
            ProgramEnvironment.Create(options, config, preview, server.Address),
            events,
            stack);
        await SuperviseAsync(program, connection, assembly, registrar, control, events);
        await control.IdleAsync();
    }

    private async Task SuperviseAsync(ProgramProcess program, ProgramConnection connection, string assembly, Registrar registrar, UpdateControl control, EventStream events)
    {
        try
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(control.Stopping);
            var exit = program.WaitAsync(waiting.Token);
            var timeout = Task.Delay(TimeToConnect, time, waiting.Token);
            if (await Task.WhenAny(exit, connection.FirstCall, timeout) == timeout && !control.Stopping.IsCancellationRequested)
            {
                await waiting.CancelAsync();
                Fail($"The program {assembly} did not call the engine within {TimeToConnect.TotalSeconds:0} seconds. Its Main must return Deployment.RunAsync(...) at once; look for what it does before.");
                return;
            }

            var code = await exit;
            await waiting.CancelAsync();
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
                control.Fail();
                return;
            }

            var errors = program.LastErrors;
            Fail($"The program {assembly} failed with exit code {code}." + (errors.Length > 0 ? $" Its last lines:{Environment.NewLine}{errors}" : " It printed no error."));
        }

        void Fail(string message)
        {
            events.Error(message);
            control.Fail();
        }
    }
}
