using System.Diagnostics;
using System.Globalization;
using Scalelab.Engine;
using Scalelab.Engine.Events;
using Scalelab.Engine.Projects;

// One update of the stack "bench", in a process of its own so that its peak memory is that update's:
//   EngineBench up|preview|destroy COUNT KUBECONFIG STATEFOLDER PROJECTFOLDER
// prints the seconds that it took, the engine's peak of resident memory in MiB, and how many resources changed.
if (args is not [var kind, var count, var kubeconfig, var stateFolder, var projectFolder])
{
    Console.Error.WriteLine("usage: EngineBench up|preview|destroy COUNT KUBECONFIG STATEFOLDER PROJECTFOLDER");
    return 2;
}

var options = new UpdateOptions
{
    Project = PulumiProject.Load(projectFolder),
    Stack = "bench",
    StateFolder = stateFolder,
    ConfigOverrides = new Dictionary<string, string> { ["count"] = count, ["kubeconfig"] = kubeconfig },
};
var engine = new StackEngine(TimeProvider.System);
var errors = new Errors();
var began = Stopwatch.GetTimestamp();
try
{
    var result = kind switch
    {
        "up" => await engine.UpAsync(options, errors, CancellationToken.None),
        "preview" => await engine.PreviewAsync(options, errors, CancellationToken.None),
        _ => await engine.DestroyAsync(options, errors, CancellationToken.None),
    };
    var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
    using var self = Process.GetCurrentProcess();
    var changed = result.Counts.Where(step => step.Key is not (StepKind.Same or StepKind.Read)).Sum(step => step.Value);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00} {self.PeakWorkingSet64 / 1048576.0:0} {changed}"));
    return result.Succeeded ? 0 : 1;
}
catch (EngineException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

internal sealed class Errors : IProgress<EngineEvent>
{
    public void Report(EngineEvent value)
    {
        if (value is Diagnostic { Severity: DiagnosticSeverity.Error } error)
        {
            Console.Error.WriteLine(error.Message);
        }
    }
}
