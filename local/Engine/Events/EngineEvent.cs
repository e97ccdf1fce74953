namespace Scalelab.Engine.Events;

/// <summary>
/// Something that happened during an update. Events are reported one at a time, in order, and hold no secret in clear; a sink must return
/// quickly and must not throw.
/// </summary>
public abstract record EngineEvent;

/// <summary>The first event of every update that begins.</summary>
/// <param name="Config">The stack's configuration as the program gets it, with <c>[secret]</c> in place of each secret.</param>
public sealed record Prelude(IReadOnlyDictionary<string, string> Config) : EngineEvent;

/// <summary>A step is about to run (or, in a preview, would run).</summary>
public sealed record StepStarted(Step Step) : EngineEvent;

/// <summary>A step is done. In a preview it follows <see cref="StepStarted"/> directly.</summary>
public sealed record StepSucceeded(Step Step, TimeSpan Duration) : EngineEvent;

/// <summary>A step failed; the state says how far it came.</summary>
/// <param name="Step">The step.</param>
/// <param name="Duration">How long it ran.</param>
/// <param name="Message">The reason, as also reported by a <see cref="Diagnostic"/> of severity Error.</param>
public sealed record StepFailed(Step Step, TimeSpan Duration, string Message) : EngineEvent;

/// <summary>What a running step waits for, for a status line that the next one overwrites. Never the only place where an error is told.</summary>
public sealed record Progress(Urn Urn, string Message) : EngineEvent;

/// <summary>A message from the program, a provider or the engine.</summary>
/// <param name="Severity">How bad it is. Debug messages are for <c>--verbose</c> only.</param>
/// <param name="Message">One or more lines, without a trailing line break.</param>
/// <param name="Urn">The resource that it is about, when it is about one.</param>
public sealed record Diagnostic(DiagnosticSeverity Severity, string Message, Urn? Urn = null) : EngineEvent;

/// <summary>The last event of every update that ran, failed ones included.</summary>
public sealed record Summary(UpdateResult Result) : EngineEvent;
