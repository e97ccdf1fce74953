namespace Scalelab.Engine.Events;

public enum DiagnosticSeverity
{
    Debug,
    Info,
    Warning,
    Error,
}
