using Scalelab.Engine.State;
using Scalelab.Engine.Tests.Support;

namespace Scalelab.Engine.Tests.State;

public sealed class StackLockTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Take_OfATakenLock_SaysWhoHoldsItSinceWhen()
    {
        using var first = Take("up");

        var message = Assert.Throws<EngineException>(() => Take("destroy")).Message;

        Assert.Contains("Another update of stack 'dev' is running", message, StringComparison.Ordinal);
        Assert.Contains($"'up', process {Environment.ProcessId} of {Environment.UserName} on {Environment.MachineName}, since 20", message, StringComparison.Ordinal);
        Assert.True(StackLock.IsTaken(_folder.Path, "dev"));
    }

    [Fact]
    public void Take_OfWhatADeadProcessLeft_TakesItOver()
    {
        _folder.File("dev.lock", "");
        _folder.File("dev.lock.holder", "'up', process 1 of somebody on elsewhere, since long ago");

        using var taken = Take("up");

        Assert.Contains($"process {Environment.ProcessId} ", File.ReadAllText(Path.Combine(_folder.Path, "dev.lock.holder")), StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_GivesTheLockBack()
    {
        Take("up").Dispose();

        Assert.False(StackLock.IsTaken(_folder.Path, "dev"));
        Take("up").Dispose();
    }

    [Fact]
    public void IsTaken_WithoutAFolder_IsFalse() => Assert.False(StackLock.IsTaken(Path.Combine(_folder.Path, "nowhere"), "dev"));

    private StackLock Take(string command) => StackLock.Take(_folder.Path, "dev", command, TimeProvider.System);
}
