using System.Diagnostics.CodeAnalysis;

namespace Scalelab.Infra.Settings;

/// <summary>Turns a configured text into a value, or refuses it.</summary>
internal delegate bool TryRead<T>(string text, [MaybeNullWhen(false)] out T value);

/// <summary>What a configured value must be.</summary>
/// <param name="Requirement">Completes the sentence "it must be …".</param>
/// <param name="TryRead">Reads a text that obeys the rule.</param>
internal sealed record Rule<T>(string Requirement, TryRead<T> TryRead);
