using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Kiosk.Tests.Architecture;

/// <summary>
/// Which folder of a project uses which, from the compiled code: namespaces are folders, sub-folders count as their first level, and
/// the project's root is a folder of its own. What the compiler makes inside a type (closures, state machines) belongs to that type;
/// what it makes beside them is left out.
/// </summary>
internal sealed class FolderGraph
{
    public const string Root = "(root)";

    /// <summary>For each edge one example: which type uses which.</summary>
    private readonly Dictionary<(string From, string To), string> _edges = [];

    private readonly string _namespace;

    private FolderGraph(string rootNamespace) => _namespace = rootNamespace;

    /// <param name="rootNamespace">Of the project.</param>
    public static FolderGraph For(ModuleDefinition module, string rootNamespace)
    {
        FolderGraph graph = new(rootNamespace);
        foreach (TypeDefinition type in module.Types)
            if (!type.Name.StartsWith('<') && graph.FolderOf(type) is string from) graph.Add(from, type, type);
        return graph;
    }

    /// <summary>One text for each use along a circle, with an example.</summary>
    public IReadOnlyList<string> Circles()
    {
        string[] folders = [.. _edges.Keys.SelectMany(e => new[] { e.From, e.To }).Distinct()];
        Dictionary<string, HashSet<string>> reach = folders.ToDictionary(f => f, Reach);
        return
        [
            .. _edges.Where(e => reach[e.Key.To].Contains(e.Key.From)).OrderBy(e => e.Key.From, StringComparer.Ordinal)
                .ThenBy(e => e.Key.To, StringComparer.Ordinal).Select(e => $"{_namespace}: {e.Key.From} -> {e.Key.To} ({e.Value})"),
        ];
    }

    private HashSet<string> Reach(string from)
    {
        HashSet<string> seen = [];
        Queue<string> open = new([from]);
        while (open.TryDequeue(out string? at))
            if (seen.Add(at)) foreach ((string _, string to) in _edges.Keys.Where(e => e.From == at)) open.Enqueue(to);
        return seen;
    }

    private string? FolderOf(TypeReference type)
    {
        while (type.DeclaringType is not null) type = type.DeclaringType;
        if (type.Name.StartsWith('<')) return null;
        if (type.Namespace == _namespace || (type.Namespace.Length == 0 && type is TypeDefinition)) return Root;
        string below = _namespace + ".";
        return type.Namespace.StartsWith(below, StringComparison.Ordinal) ? type.Namespace[below.Length..].Split('.')[0] : null;
    }

    private void Add(string from, TypeDefinition owner, TypeDefinition type)
    {
        Use(type.BaseType);
        foreach (InterfaceImplementation one in type.Interfaces) Use(one.InterfaceType);
        foreach (FieldDefinition field in type.Fields) Use(field.FieldType);
        foreach (PropertyDefinition property in type.Properties) Use(property.PropertyType);
        foreach (EventDefinition one in type.Events) Use(one.EventType);
        Attributes(type);
        foreach (MethodDefinition method in type.Methods)
        {
            Attributes(method);
            UseMethod(method);
            if (!method.HasBody) continue;
            foreach (VariableDefinition variable in method.Body.Variables) Use(variable.VariableType);
            foreach (ExceptionHandler handler in method.Body.ExceptionHandlers) Use(handler.CatchType);
            foreach (Instruction instruction in method.Body.Instructions)
            {
                if (instruction.Operand is TypeReference used) Use(used);
                else if (instruction.Operand is MethodReference called) UseMethod(called);
                else if (instruction.Operand is FieldReference field)
                {
                    Use(field.DeclaringType);
                    Use(field.FieldType);
                }
            }
        }
        foreach (TypeDefinition nested in type.NestedTypes) Add(from, owner, nested);

        void Attributes(ICustomAttributeProvider marked)
        {
            foreach (CustomAttribute attribute in marked.CustomAttributes) Use(attribute.AttributeType);
        }

        void UseMethod(MethodReference called)
        {
            Use(called.DeclaringType);
            Use(called.ReturnType);
            foreach (ParameterDefinition parameter in called.Parameters) Use(parameter.ParameterType);
            if (called is GenericInstanceMethod generic) foreach (TypeReference argument in generic.GenericArguments) Use(argument);
        }

        void Use(TypeReference? used)
        {
            if (used is GenericInstanceType generic) foreach (TypeReference argument in generic.GenericArguments) Use(argument);
            if (used is TypeSpecification wrapped) Use(wrapped.ElementType);
            else if (used is not (null or GenericParameter) && FolderOf(used) is string to && to != from && !used.Name.StartsWith('<'))
                _edges.TryAdd((from, to), $"{owner.Name} uses {used.Name}");
        }
    }
}
