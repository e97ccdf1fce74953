using Scalelab.Engine.Events;

namespace Scalelab.Engine;

/// <summary>
/// Previews, updates and destroys stacks: runs the program as a process of its own, serves it Pulumi's ResourceMonitor and Engine, and
/// drives the providers so that the real resources become what the program declares.
/// </summary>
public sealed class StackEngine(TimeProvider time)
{
    /// <summary>Shows what <see cref="UpAsync"/> would do and changes nothing.</summary>
    /// <inheritdoc cref="UpAsync"/>
    public Task<UpdateResult> PreviewAsync(UpdateOptions options, IProgress<EngineEvent> events, CancellationToken cancellationToken) =>
        RunAsync(UpdateKind.Preview, options, events, cancellationToken);

    /// <summary>Makes the real resources what the program declares.</summary>
    /// <param name="options">Project, stack, state and configuration.</param>
    /// <param name="events">Told everything, one event at a time.</param>
    /// <param name="cancellationToken">Stops cleanly: running operations are wound up and recorded, none is started.</param>
    /// <returns>The result, also when steps failed or the update was cancelled: see <see cref="UpdateResult.Succeeded"/>.</returns>
    /// <exception cref="EngineException">The update could not begin: unknown stack, bad configuration, corrupt state, another update running, program not built.</exception>
    public Task<UpdateResult> UpAsync(UpdateOptions options, IProgress<EngineEvent> events, CancellationToken cancellationToken) =>
        RunAsync(UpdateKind.Up, options, events, cancellationToken);

    /// <summary>Deletes every resource of the stack, dependents first. The program is not run.</summary>
    /// <inheritdoc cref="UpAsync"/>
    public Task<UpdateResult> DestroyAsync(UpdateOptions options, IProgress<EngineEvent> events, CancellationToken cancellationToken) =>
        RunAsync(UpdateKind.Destroy, options, events, cancellationToken);

    private Task<UpdateResult> RunAsync(UpdateKind kind, UpdateOptions options, IProgress<EngineEvent> events, CancellationToken cancellationToken)
    {
        _ = (kind, options, events, cancellationToken, time);
        throw new NotImplementedException();
    }
}
