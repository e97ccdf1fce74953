namespace Scalelab.Engine.Programs;

/// <summary>Knows whether the program has called at all.</summary>
internal sealed class ProgramConnection
{
    private readonly TaskCompletionSource _established = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task FirstCall => _established.Task;

    public void Established() => _established.TrySetResult();
}
