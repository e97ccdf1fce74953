using Scalelab.ModelServer.Models;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Admission;

/// <summary>One run that waits for a worker: how its tensors are made, and what becomes of the outputs.</summary>
/// <param name="model">What runs; held by whoever enqueues this until it is done.</param>
/// <param name="phases">Where the time goes is written.</param>
internal abstract class Work(LoadedModel model, Phases phases)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LoadedModel Model { get; } = model;

    public Phases Phases { get; } = phases;

    /// <summary>Equal for works that may run as one batch; null for one that runs alone.</summary>
    public virtual object? BatchKey => null;

    /// <summary>Whether it takes so much memory that no other such work may run beside it.</summary>
    public virtual bool IsLarge => false;

    /// <summary>Ends when the work is done, failed, or was given up before it began.</summary>
    public Task Done => _done.Task;

    internal long Enqueued { get; set; }

    internal LinkedListNode<Work>? Place { get; set; }

    /// <summary>Makes the tensors. Runs on a worker.</summary>
    public abstract IReadOnlyList<Tensor> Prepare();

    /// <summary>Takes the outputs, and with them the duty to dispose of them. Runs on a worker.</summary>
    public abstract void Take(Outputs outputs);

    internal void Succeed() => _done.TrySetResult();

    internal void Fail(Exception exception) => _done.TrySetException(exception);

    internal void GiveUp(CancellationToken cancellationToken) => _done.TrySetCanceled(cancellationToken);
}
