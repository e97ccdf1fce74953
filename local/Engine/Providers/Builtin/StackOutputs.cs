using Scalelab.Engine.Properties;
using Scalelab.Engine.Secrets;
using Scalelab.Engine.State;

namespace Scalelab.Engine.Providers.Builtin;

/// <summary>The outputs of the stacks in the state folder, by the names that the CLI gives them: <c>organization/PROJECT/STACK</c>.</summary>
internal sealed class StackOutputs(UpdateOptions options, SecretsProviders secrets, TimeProvider time)
{
    // With the CLI, every stack that is kept in files belongs to an organization of this name.
    private const string Organization = "organization";

    /// <summary>What a reference to the stack shows: its name, its outputs with secrets marked, and the names of the secret ones.</summary>
    /// <param name="name">The stack's name; an unknown one leaves everything unknown.</param>
    /// <exception cref="ProviderException">There is no such stack, or the name is none.</exception>
    public PropertyMap Read(PropertyValue? name)
    {
        if (name is UnknownValue)
        {
            return Show(name, PropertyValue.Unknown, PropertyValue.Unknown);
        }

        var text = (name as StringValue)?.Value ?? throw new ProviderException("A reference to a stack needs the stack's name, a text.");
        var outputs = OutputsOf(text);
        var secretNames = outputs.Where(output => output.Value.ContainsSecrets).Select(output => (PropertyValue)output.Key);
        return Show(text, outputs, new ListValue([.. secretNames]));
    }

    private static PropertyMap Show(PropertyValue name, PropertyValue outputs, PropertyValue secretNames) => new([
        KeyValuePair.Create("name", name),
        KeyValuePair.Create("outputs", outputs),
        KeyValuePair.Create("secretOutputNames", secretNames),
    ]);

    private PropertyMap OutputsOf(string name)
    {
        var (project, stack) = name.Split('/') switch
        {
            [Organization, var itsProject, var itsName] => (itsProject, itsName),
            [var itsName] => (options.Project.Name, itsName),
            _ => throw new ProviderException($"'{name}' is not the name of a stack. Write {Organization}/PROJECT/STACK, or the stack's name alone."),
        };
        // A name must not lead out of the folder.
        var snapshot = stack.Length > 0 && stack.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.') && stack is not ("." or "..")
            ? new StateFile(options.StateFolder, stack, secrets.Desk, secrets, time).Read()
            : Snapshot.Empty;
        var root = snapshot.Resources.FirstOrDefault(resource => resource.Type == Urn.StackType && !resource.Delete);
        return root is not null && root.Urn.Project == project
            ? root.Outputs
            : throw new ProviderException($"The stack '{name}' does not exist: nothing is known of a stack '{stack}' of the project '{project}'. Run 'up' for it first, or correct the name.");
    }
}
