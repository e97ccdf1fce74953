using System.Runtime.InteropServices;
using Scalelab.Policy;
using Scalelab.Policy.Serving;

// Ctrl-C in a terminal reaches the engine and its packs alike; the engine winds up first and ends its packs then.
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
using var stopping = new CancellationTokenSource();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
{
    context.Cancel = true;
    stopping.Cancel();
});
await AnalyzerServer.RunAsync(Pack.Create(), Console.Out, TimeProvider.System, stopping.Token);
