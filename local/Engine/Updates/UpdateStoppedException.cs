namespace Scalelab.Engine.Updates;

/// <summary>A step or registration failed and its reason has been reported; the update winds up.</summary>
internal sealed class UpdateStoppedException(string message) : Exception(message);
