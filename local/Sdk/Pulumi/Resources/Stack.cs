using System.Collections.Immutable;

namespace Pulumi;

/// <summary>The root of all resources. A program derives from it, declares everything in the constructor and shows outputs by [Output] properties.</summary>
public class Stack : ComponentResource
{
    internal const string TypeToken = "pulumi:pulumi:Stack";

    public Stack(StackOptions? options = null)
        : base(TypeToken, Name(Deployment.CurrentOrThrow), Convert(options))
        => Deployment.CurrentOrThrow.Stack = this;

    internal Stack(Func<Task<IDictionary<string, object?>>> program, StackOptions? options)
        : this(options)
    {
        ProgramOutputs = Output.Create(RunAsync());
        RegisterOutputs(ProgramOutputs);

        async Task<IDictionary<string, object?>> RunAsync()
            => (await program().ConfigureAwait(false)).ToImmutableDictionary();
    }

    internal Output<IDictionary<string, object?>> ProgramOutputs { get; private set; } =
        Output.Create<IDictionary<string, object?>>(ImmutableDictionary<string, object?>.Empty);

    /// <summary>Shows the [Output] properties that derived classes declare.</summary>
    /// <exception cref="RunException">One was not assigned, or is not an output.</exception>
    internal void RegisterPropertyOutputs()
    {
        var outputs = FindOutputs(except: typeof(Resource));
        var unassigned = outputs.Where(output => output.Value == null).Select(output => output.Key).ToList();
        if (unassigned.Count > 0)
        {
            throw new RunException(
                $"The stack's output(s) '{string.Join("', '", unassigned)}' have no value: assign every [Output] property in the constructor.");
        }

        var wrong = outputs.Where(output => output.Value is not IOutput).Select(output => output.Key).ToList();
        if (wrong.Count > 0)
        {
            throw RunException.OutputsHaveIncorrectType(wrong);
        }

        ProgramOutputs = Output.Create<IDictionary<string, object?>>(outputs);
        RegisterOutputs(ProgramOutputs);
    }

    private static string Name(Deployment deployment)
        => $"{deployment.ProjectName}-{deployment.StackName}";

    private static ComponentResourceOptions? Convert(StackOptions? options)
        => options == null
            ? null
            : new ComponentResourceOptions
            {
                ResourceTransformations = options.ResourceTransformations,
                ResourceTransforms = options.ResourceTransforms,
            };
}
