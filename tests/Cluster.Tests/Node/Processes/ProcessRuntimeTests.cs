using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using Microsoft.Extensions.Logging.Abstractions;
using Scalelab.Cluster.Node.Limits;
using Scalelab.Cluster.Node.Processes;

namespace Scalelab.Cluster.Tests.Node.Processes;

[UnsupportedOSPlatform("windows")]
public sealed class ProcessRuntimeTests : IDisposable
{
    private readonly TestDeadline _deadline = new();
    private readonly TempFolder _temp = new();
    private readonly ContainerLogs _logs = new(ContainerLogs.DefaultLimit, TimeProvider.System);
    private readonly ProcessRecords _records;
    private readonly Cgroups _cgroups;
    private readonly ProcessRuntime _runtime;

    public ProcessRuntimeTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Pods are POSIX processes.");
        _records = new ProcessRecords(_temp.Path + "/processes", NullLogger.Instance);
        _cgroups = Cgroups.Open(_temp.Path, NullLogger.Instance);
        _runtime = new ProcessRuntime(_logs, _records, _cgroups, TimeProvider.System, NullLogger.Instance);
        Directory.CreateDirectory(_temp.Path + "/root/work");
    }

    private CancellationToken Stop => _deadline.Token;

    public void Dispose()
    {
        _cgroups.Close();
        _temp.Dispose();
        _deadline.Dispose();
    }

    [Fact]
    public async Task Start_Command_LogsBothStreamsInTheRuntimesFormat()
    {
        var container = await StartAsync("echo out; echo err >&2; printf unfinished");
        var exit = await container.Exited.WaitAsync(Stop);

        Assert.Equal(0, exit.ExitCode);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z stdout F out$", LogLines().Single(line => line.EndsWith(" out", StringComparison.Ordinal)));
        Assert.Contains(LogLines(), line => line.EndsWith(" stderr F err", StringComparison.Ordinal));
        Assert.Contains(LogLines(), line => line.EndsWith(" stdout P unfinished", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_CommandThatFails_TellsItsExitCode()
    {
        var exit = await (await StartAsync("exit 3")).Exited.WaitAsync(Stop);

        Assert.Equal((3, null), (exit.ExitCode, exit.Signal));
    }

    [Fact]
    public async Task Start_CommandEndedBySignal_TellsTheSignal()
    {
        var exit = await (await StartAsync("kill -SEGV $$")).Exited.WaitAsync(Stop);

        Assert.Equal((139, 11), (exit.ExitCode, exit.Signal));
    }

    [Fact]
    public async Task Start_Command_RunsInItsFolderWithItsEnvironmentAlone()
    {
        await (await StartAsync("pwd; echo $GREETING; env | cut -d= -f1 | sort | tr '\\n' ' '", ("GREETING", "hello world"))).Exited.WaitAsync(Stop);

        Assert.Contains(LogLines(), line => line.EndsWith(_temp.Path + "/root/work", StringComparison.Ordinal));
        Assert.Contains(LogLines(), line => line.EndsWith(" hello world", StringComparison.Ordinal));
        Assert.DoesNotContain(LogLines(), line => line.Contains("DOTNET", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_Command_LeadsASessionOfItsOwn()
    {
        await (await StartAsync("echo $$; ps -o sid= -p $$ 2>/dev/null || cut -d' ' -f6 /proc/$$/stat")).Exited.WaitAsync(Stop);

        var numbers = LogLines().Select(line => line[(line.IndexOf(" F ", StringComparison.Ordinal) + 3)..].Trim()).ToList();
        Assert.Equal(numbers[0], numbers[1]);
    }

    [Fact]
    public async Task Start_Command_IsEndedByABrokenPipeAsUsual()
    {
        var exit = await (await StartAsync("(sleep 0.1; yes; echo $? >&2) | true; kill -PIPE $$; echo survived")).Exited.WaitAsync(Stop);

        Assert.Equal(13, exit.Signal);
    }

    [Fact]
    public async Task Exited_CommandThatLeavesChildren_EndsThemAll()
    {
        var container = await StartAsync("sleep 1000 & echo $!; setsid sleep 1000 & sleep 0.2; echo $!; exit 0");
        await container.Exited.WaitAsync(Stop);

        var children = LogLines().Select(line => int.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(2, children.Count);
        foreach (var child in children)
        {
            await AssertGoneAsync(child);
        }
    }

    [Fact]
    public async Task Terminate_PoliteCommand_EndsIt()
    {
        var container = await StartAsync("trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.05; done");
        await LoggedAsync("ready");

        container.Terminate();
        var exit = await container.Exited.WaitAsync(Stop);

        Assert.Equal(0, exit.ExitCode);
        Assert.Contains(LogLines(), line => line.EndsWith(" bye", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Kill_StubbornCommand_EndsIt()
    {
        var container = await StartAsync("trap '' TERM; echo ready; while :; do sleep 0.05; done");
        await LoggedAsync("ready");

        container.Terminate();
        container.Kill();
        var exit = await container.Exited.WaitAsync(Stop);

        Assert.Equal((137, 9), (exit.ExitCode, exit.Signal));
    }

    [Fact]
    public async Task Start_MissingExecutable_TellsWhatIsMissing()
    {
        var exception = await Assert.ThrowsAsync<StartException>(() => _runtime.StartAsync(Launch("/no/such/file"), Stop));

        Assert.EndsWith("unable to start container process: exec: \"/no/such/file\": stat /no/such/file: no such file or directory", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_BareNameThatIsNowhere_TellsSo()
    {
        var exception = await Assert.ThrowsAsync<StartException>(() => _runtime.StartAsync(Launch("no-such-command"), Stop));

        Assert.EndsWith("exec: \"no-such-command\": executable file not found in $PATH", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_FileThatIsNotExecutable_TellsSo()
    {
        await File.WriteAllTextAsync(_temp.Path + "/root/data", "x", Stop);

        var exception = await Assert.ThrowsAsync<StartException>(() => _runtime.StartAsync(Launch(_temp.Path + "/root/data"), Stop));

        Assert.EndsWith("permission denied", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exec_Command_AnswersExitCodeAndOutput()
    {
        var result = await _runtime.ExecAsync(Launch("unused"), ["sh", "-c", "echo out; echo err >&2; exit 4"], Stop);

        Assert.Equal(4, result.ExitCode);
        Assert.Equal("out\nerr\n", result.Output);
    }

    [Fact]
    public async Task Exec_CancelledCommand_IsKilled()
    {
        using var cancel = new CancellationTokenSource();
        var file = _temp.Path + "/pid";
        var run = _runtime.ExecAsync(Launch("unused"), ["sh", "-c", $"echo $$ > {file}.new; mv {file}.new {file}; sleep 1000"], cancel.Token);
        await UntilAsync(() => File.Exists(file));

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        await AssertGoneAsync(int.Parse(await File.ReadAllTextAsync(file, Stop), CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Exec_MuchOutput_KeepsTheBeginning()
    {
        var result = await _runtime.ExecAsync(Launch("unused"), ["sh", "-c", "yes | head -c 1000000"], Stop);

        Assert.Equal(10 * 1024, result.Output.Length);
    }

    [Fact]
    public async Task Records_OfRunningContainer_LetTheNextDaemonEndIt()
    {
        var container = await StartAsync("echo $$; while :; do sleep 1; done");
        await LoggedAsync("");

        var next = Next();
        next.Recover();
        next.KillUnadopted();
        var exit = await container.Exited.WaitAsync(Stop);

        Assert.Equal(9, exit.Signal);
        Assert.Empty(Directory.EnumerateFiles(_temp.Path + "/processes"));
    }

    [Fact]
    public async Task Start_ContainerOverItsMemoryLimit_IsKilledAndSaysWhy()
    {
        Assert.SkipWhen(_cgroups.Unenforced is not null, _cgroups.Unenforced ?? "");

        // A shell variable that doubles: memory in the process itself, without any other program.
        var container = await StartAsync("text=xxxxxxxx; while :; do text=$text$text; done", new ResourceLimits(null, null, 16 << 20));
        var exit = await container.Exited.WaitAsync(Stop);

        Assert.True(exit is { OutOfMemory: true, ExitCode: 137 }, exit.ToString());
    }

    [Fact]
    public async Task Start_ContainerWithACpuLimit_IsSlowedDown()
    {
        Assert.SkipWhen(_cgroups.Unenforced is not null, _cgroups.Unenforced ?? "");
        var container = await StartAsync("while :; do :; done", new ResourceLimits(100, null, null));

        var stat = CgroupMounts.Parse(await File.ReadAllTextAsync("/proc/self/mountinfo", Stop), await File.ReadAllTextAsync("/proc/self/cgroup", Stop)) is { } mounts
            && mounts.Separate.TryGetValue("cpu", out var cpu) ? Directory.EnumerateFiles(cpu.Own, "cpu.stat", SearchOption.AllDirectories) : [];
        var own = stat.SingleOrDefault(file => file.Contains(container.Id, StringComparison.Ordinal));
        Assert.SkipWhen(own is null, "Only control groups of version 1 can be looked into here.");
        await UntilAsync(() => File.ReadAllLines(own).Any(line => line.StartsWith("nr_throttled ", StringComparison.Ordinal) && !line.EndsWith(" 0", StringComparison.Ordinal)));
        container.Kill();
        await container.Exited.WaitAsync(Stop);
    }

    [Fact]
    public async Task Adopt_ContainerThatStillRuns_CanBeStoppedAndHasAnUnknownEnd()
    {
        var container = await StartAsync("trap 'exit 0' TERM; echo ready; while :; do sleep 0.05; done", ("GREETING", "hello"));
        await LoggedAsync("ready");
        var next = Next();
        next.Recover();

        var adopted = next.Adopt(_temp.Path + "/state")!;
        next.KillUnadopted();
        adopted.Container.Terminate();
        var exit = await adopted.Container.Exited.WaitAsync(Stop);

        Assert.Equal((container.Id, "hello"), (adopted.Container.Id, adopted.Launch.Environment["GREETING"]));
        Assert.True(exit is { Unknown: true, ExitCode: 255, Signal: null });
        Assert.Equal(0, (await container.Exited.WaitAsync(Stop)).ExitCode);
    }

    [Fact]
    public async Task Adopt_AnotherContainersFolder_FindsNothing()
    {
        var container = await StartAsync("while :; do sleep 0.05; done");
        var next = Next();
        next.Recover();

        Assert.Null(next.Adopt(_temp.Path + "/other"));
        next.KillUnadopted();
        await container.Exited.WaitAsync(Stop);
    }

    [Fact]
    public async Task Recover_ProcessWithoutTheMark_IsNotTakenForTheContainer()
    {
        var container = await StartAsync("echo ready; while :; do sleep 0.05; done");
        await LoggedAsync("ready");
        var record = Assert.Single(Directory.EnumerateFiles(_temp.Path + "/processes"));
        File.Move(record, _temp.Path + $"/processes/{new string('a', 64)}.json");
        var next = Next();

        next.Recover();

        Assert.Null(next.Adopt(_temp.Path + "/state"));
        container.Kill();
        await container.Exited.WaitAsync(Stop);
    }

    [Fact]
    public async Task Records_AfterTheEnd_AreGone()
    {
        await (await StartAsync("true")).Exited.WaitAsync(Stop);

        Assert.Empty(Directory.EnumerateFiles(_temp.Path + "/processes"));
    }

    [Fact]
    public async Task Records_OfAnotherProcessWithTheSameNumber_LeaveItAlone()
    {
        using var innocent = Process.Start("setsid", ["sleep", "1000"]);
        await UntilAsync(() => Posix.GetSession(innocent.Id) == innocent.Id);
        WriteRecord(innocent.Id, identity: "1");

        _records.Recover();

        // Ended by this signal, and not by the one that what is left of containers is killed with.
        Assert.Equal(0, Posix.Kill(innocent.Id, Posix.SignalTerminate));
        await innocent.WaitForExitAsync(Stop);
        Assert.Equal(128 + Posix.SignalTerminate, innocent.ExitCode);
    }

    [Fact]
    public async Task Records_OfAnEarlierBoot_LeaveTheGroupThatHasTheNumberNowAlone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells one boot from another.");
        var start = new ProcessStartInfo("setsid", ["sh", "-c", "(trap 'echo ended; exit' TERM; echo ready; while :; do sleep 0.05; done) & exit 0"]) { RedirectStandardOutput = true };
        using var leader = Process.Start(start)!;
        Assert.Equal("ready", await leader.StandardOutput.ReadLineAsync(Stop));
        await UntilAsync(() => ProcessIdentity.Of(leader.Id) is null);
        WriteRecord(leader.Id, identity: "another-boot/1");

        _records.Recover();

        Assert.Equal(0, Posix.Kill(-leader.Id, Posix.SignalTerminate));
        Assert.Equal("ended", await leader.StandardOutput.ReadLineAsync(Stop));
    }

    private void WriteRecord(int process, string identity)
    {
        Directory.CreateDirectory(_temp.Path + "/processes");
        File.WriteAllText(_temp.Path + $"/processes/{new string('a', 64)}.json", $$"""{"Process":{{process}},"Identity":"{{identity}}"}""");
    }

    /// <summary>The runtime of the next daemon.</summary>
    private ProcessRuntime Next() => new(
        new ContainerLogs(ContainerLogs.DefaultLimit, TimeProvider.System),
        new ProcessRecords(_temp.Path + "/processes", NullLogger.Instance),
        _cgroups,
        TimeProvider.System,
        NullLogger.Instance);

    private string Log => _temp.Path + "/logs/0.log";

    private Task<IContainer> StartAsync(string script, params (string Name, string Value)[] variables) =>
        _runtime.StartAsync(Launch("sh", "-c", script) with { Environment = Environment(variables) }, Stop);

    private Task<IContainer> StartAsync(string script, ResourceLimits limits) => _runtime.StartAsync(Launch("sh", "-c", script) with { Limits = limits }, Stop);

    private ContainerLaunch Launch(params string[] command) => new()
    {
        Command = command,
        Environment = Environment(),
        WorkingFolder = _temp.Path + "/root/work",
        RootFolder = _temp.Path + "/root",
        StateFolder = _temp.Path + "/state",
        LogPath = Log,
    };

    private static Dictionary<string, string> Environment(params (string Name, string Value)[] variables) =>
        variables.Append(("PATH", System.Environment.GetEnvironmentVariable("PATH")!)).ToDictionary(entry => entry.Item1, entry => entry.Item2);

    private string[] LogLines() => File.Exists(Log) ? File.ReadAllLines(Log) : [];

    private Task LoggedAsync(string text) => UntilAsync(() => LogLines().Any(line => line.EndsWith(text, StringComparison.Ordinal)));

    private Task AssertGoneAsync(int process) => UntilAsync(() => !Directory.Exists($"/proc/{process}") || File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal));

    private async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Stop);
        }
    }
}
