using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Scalelab.ModelServerAllocations;

// What a request may allocate, in bytes: a gate, because allocations do not depend on how busy the machine is. Raise a number only with a reason.
Dictionary<string, long> allowed = new()
{
    [nameof(RequestBenchmarks.Ready)] = 2_500,
    [nameof(RequestBenchmarks.Picture)] = 16_500,
    [nameof(RequestBenchmarks.Tensor)] = 8_000,
};

var job = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance).WithInvocationCount(32).WithUnrollFactor(1);
var summary = BenchmarkRunner.Run<RequestBenchmarks>(ManualConfig.Create(DefaultConfig.Instance).AddJob(job).WithOptions(ConfigOptions.DisableLogFile));
var failed = false;
foreach (var report in summary.Reports)
{
    var name = report.BenchmarkCase.Descriptor.WorkloadMethod.Name;
    var bytes = report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? long.MaxValue;
    failed |= bytes > allowed[name];
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {bytes} bytes a request, allowed {allowed[name]}{(bytes > allowed[name] ? ": TOO MANY" : "")}"));
}
return failed || summary.Reports.Length != allowed.Count ? 1 : 0;
